"""Working with protocols from the command line: deciding, checking, comparing, explaining, and asking what if."""
