"""All SQL of Ringdesk, one module for each aggregate. A repository works within the session it is given."""
