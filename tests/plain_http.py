"""Tests talk to servers on this machine: no client need read the certificates of the world for that."""

import ssl

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
