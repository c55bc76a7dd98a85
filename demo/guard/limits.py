"""How much a stranger may send. Each limit is a variable of the environment, fit for 2 processors and 16 GB.

Of several frames in one picture the first is read and the others are never decoded, so their number needs no limit.
"""

import os

MB = 2**20


def _whole(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise SystemExit(f"{name} is {text!r}; give a whole number from 1 up, or leave it away for {default}")
    return int(text)


PICTURE_BYTES = _whole("DIGITS_PICTURE_MB", 20) * MB  # one picture to read
PICTURE_PIXELS = _whole("DIGITS_PICTURE_MEGAPIXELS", 50) * 1_000_000  # what a good phone takes; read from the header
PICTURE_MEMORY_BYTES = _whole("DIGITS_PICTURE_MEMORY_MB", 256) * MB  # to unpack a large one, apart; a third for others
PICTURE_CPU_S = _whole("DIGITS_PICTURE_CPU_S", 6)  # of processor time to unpack one
BATCH_PICTURES = _whole("DIGITS_BATCH", 64)  # in one call of the API
REQUEST_S = _whole("DIGITS_REQUEST_S", 20)  # for one picture to wait for its turn, and to be read
REQUEST_BYTES = _whole("DIGITS_REQUEST_MB", 65) * MB  # the body of any request
UPLOAD_BYTES = _whole("DIGITS_UPLOAD_MB", 64) * MB  # a file of a data set to analyse
UPLOAD_FILES = _whole("DIGITS_UPLOAD_FILES", 1000)  # of one data set
ANALYSIS_PICTURES = _whole("DIGITS_ANALYSIS_PICTURES", 100_000)  # in one data set
ANALYSIS_BYTES = _whole("DIGITS_ANALYSIS_MB", 128) * MB  # its pixels, unpacked
UPLOADS_BYTES = _whole("DIGITS_UPLOADS_MB", 500) * MB  # of all visitors on the disk; of one address half of it
FILES_LIVE_S = _whole("DIGITS_FILES_S", 600)  # seconds that a file of a visitor's stays there at most
IN_FLIGHT_BYTES = _whole("DIGITS_IN_FLIGHT_MB", 72) * MB  # of large bodies that are arriving or being worked on
DATASET_S = _whole("DIGITS_DATASET_S", 300)  # seconds to read a data set
WAITING = _whole("DIGITS_WAITING", 32)  # questions of one kind that wait for their turn
CONNECTIONS = _whole("DIGITS_CONNECTIONS", 400)  # open at once
MODEL_BYTES = _whole("DIGITS_MODEL_MB", 32) * MB  # a visitor's own model, to analyse
MODEL_S = _whole("DIGITS_MODEL_S", 120)  # for it to be opened, and to read a data set
MODEL_MEMORY_BYTES = _whole("DIGITS_MODEL_MEMORY_MB", 2000) * MB  # of the process that does so, in addresses
ANALYSES = _whole("DIGITS_ANALYSES", 16)  # that wait for their turn
CORRECTIONS_PER_MINUTE = _whole("DIGITS_CORRECTIONS_PER_MINUTE", 30)  # of one visitor; of one address eight times that
CORRECTIONS_BYTES = _whole("DIGITS_CORRECTIONS_MB", 500) * MB  # the whole file
