from protocol.held import Blob, Held, Moment
from protocol.messages import Probe
from protocol.rows import empty

MOMENT = Moment(epoch=1, step=1, time=0.0, probe=Probe(index=0, label=None))


def test_held_makes_the_checksum_of_a_part_once() -> None:
    blob = bytearray(8)
    held = Held(1, MOMENT, Blob(memoryview(blob), lambda: None), 0)

    crcs = []
    for value in (1, 2):
        blob[0] = value  # only to see when it is looked at
        crcs.append(held.part(0, run=b"", skip=0, rows=empty(1)).payload.crc)

    assert crcs[0] == crcs[1]
