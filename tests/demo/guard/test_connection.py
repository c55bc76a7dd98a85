"""A visitor's connection: no crumbs, and no more of them than the page has room for."""

import h11
import pytest

from demo.guard.connection import CRUMB_BYTES, CRUMBS, _Pieces

HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


def read(connection, data):
    """How many pieces of a body are read from some bytes."""
    connection.receive_data(data)
    pieces = 0
    while (event := connection.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
        pieces += isinstance(event, h11.Data)
    return pieces


def test_a_body_in_crumbs_is_refused():
    connection = _Pieces(1 << 16)
    read(connection, HEAD)
    with pytest.raises(h11.RemoteProtocolError):
        read(connection, b"1\r\nx\r\n" * (CRUMBS + 1))


def test_a_body_in_pieces_is_read():
    connection = _Pieces(1 << 16)
    read(connection, HEAD)
    piece = b"x" * CRUMB_BYTES
    assert read(connection, (b"%x\r\n%s\r\n" % (len(piece), piece)) * (2 * CRUMBS)) == 2 * CRUMBS
