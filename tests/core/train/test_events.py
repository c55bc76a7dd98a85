"""The events file holds every epoch once, in the format that TensorBoard reads."""

import struct

from tensorboardX.proto.event_pb2 import Event

from core.train.events import NAME, write_events

EPOCHS = [{"epoch": e, "train_loss": 1 / e, "val_wrong": 5 - e, "val_n": 50, "lr": 0.01} for e in (1, 2, 3)]


def scalars(path):
    """(tag, step) -> value, read as the format says: length, its checksum, the event, its checksum."""
    content, found, place = path.read_bytes(), {}, 0
    while place < len(content):
        (length,) = struct.unpack_from("<Q", content, place)
        event = Event.FromString(content[place + 12 : place + 12 + length])
        for value in event.summary.value:
            assert (value.tag, event.step) not in found
            found[value.tag, event.step] = round(value.simple_value, 6)
        place += 12 + length + 4
    return found


def test_every_epoch_stands_there_once_however_often_it_is_written(tmp_path):
    for count in (1, 2, 3):
        write_events(EPOCHS[:count], tmp_path / NAME)
    found = scalars(tmp_path / NAME)
    assert len(found) == 9
    assert found["train/loss", 2] == 0.5
    assert found["val/error", 3] == 0.04
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
