from . import passphrase as passphrase
