"""One installation on this machine: its folders, secrets, certificates, ports and addresses."""
