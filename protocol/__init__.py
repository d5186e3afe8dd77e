"""The stream between a trainer and its viewers: messages, bytes, order; no I/O.

SPEC.md says what goes over the wire. In the code, from the bytes up:

    limits, errors, address     every bound; every exception; HOST:PORT
    messages, events            what is said; what a viewer learns from it
    arrays, rows                snapshots and metric rows as raw bytes
    payload                     a part of a snapshot, packed or not
    codec                       message <-> parts; with headers, manifests, fields
    publishing                  the trainer's half; with peer, archive, ring, held, packs
    following                   the viewer's half; with greeting, assembling
    recording, disassembling    the same parts in a file; events back to messages

Nothing is imported here: a program that only wants HOST:PORT must not wait for numpy.
"""
