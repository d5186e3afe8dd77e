"""Every bound of the protocol, named, with its reason.

Bounds on what a peer may claim are checked before anything is allocated. Lengths are
bytes; times are seconds; text is measured in UTF-8 bytes.
"""

# Parts of a message
HEADER_BYTES = 64 << 10  # msgpack header; 64 KiB hold a manifest of about 370 layers
VIEWER_BYTES = 4 << 10  # a viewer's whole message; the trainer's socket enforces it too
# Of arrays and rows: 2 s on 1 Mbit/s, so that a beat gets between; what a socket holds
# for a viewer that does not read is a few of them.
PART_BYTES = 256 << 10
ROWS_BYTES = 32 << 20  # metric rows of one message: 838,860 rows of five columns
MESSAGE_PARTS = 2 + ROWS_BYTES // PART_BYTES  # header, rows, payload

# Inside a header
INTEGER = 1 << 53  # the largest that every language reads exactly (float64)
NAME_BYTES = 64  # of a layer, a class, a metric, a program
TEXT_BYTES = 512  # sentences meant for people
RUN_BYTES = 16
NONCE_BYTES = 8
BINARY_BYTES = 64
# A list nested in lists costs msgpack 8 bytes for every item that each of them claims:
# 0.1 ms for the worst message of a viewer, 18 ms and 16 MB for that of a trainer.
LIST_ITEMS = 2048
VIEWER_LIST_ITEMS = 16
MAP_ITEMS = 64

# A manifest
LAYERS = 1024
ARRAYS = LIST_ITEMS  # no more fit in a header
METRICS = 64 + LAYERS  # a gradient norm for every layer, and what else is measured
CLASSES = 1024
DIMENSION = 1 << 27  # of one side of an array
SNAPSHOT_BYTES = 1 << 30  # all arrays of one snapshot
SNAPSHOT_PARTS = SNAPSHOT_BYTES // PART_BYTES

# Flow control
WINDOW = 8  # snapshots under way to one viewer
PEERS = 64  # viewers of one trainer
RING_BYTES = 256 << 20  # snapshots that a trainer keeps for its viewers
ERRORS = 3  # bad messages before a peer is refused
IGNORED_S = 30.0  # how long a refused peer is not listened to
HELLOS = 8  # that want an answer, from one peer
HELLOS_S = 10.0  # within so long; an honest viewer says one in two seconds
REMEMBERED = 1024  # peers whose conduct is remembered

# A key file is text of three lines; people may add comments
KEY_FILE_BYTES = 4 << 10

# Connections, by the bytes that come without ending a message; see guard.py
CONNECTIONS = 1024  # to one trainer, half-open ones included
UNENDED_BYTES = 1 << 20  # from one viewer: 256 of its longest messages
ALL_UNENDED_BYTES = 32 << 20  # from all viewers together
# From a trainer: its longest message, what the socket's queue and the system hold.
UNENDED_TRAINER_BYTES = 64 << 20
GUARD_S = 0.05  # at 1 GB/s that is 50 MB

# Timers of the trainer's half
BEAT_S = 0.5  # a viewer calls the trainer silent after four missing beats
END_REPEATS = 10  # with beats: for five seconds
FORGET_S = 10.0  # a viewer that says nothing, not even a ping, is gone
RETRY_FIRST_S = 0.001  # until a full socket is tried again, then twice as long
RETRY_LAST_S = 0.02

# Recordings
SYNC_S = 1.0  # what a machine that loses its power may lose of them

# Timers of the viewer's half
HELLO_FIRST_S = 0.25  # first repeat of a hello, then twice as long each time
HELLO_LAST_S = 2.0
REFUSED_FIRST_S = 1.0  # the same after a refusal
REFUSED_LAST_S = 30.0
PING_S = 2.0  # idle time after which a viewer shows that it is alive
SILENT_S = 2.0  # time without a message after which the trainer is called silent
BULK_BYTES = 1 << 10  # more than pings of the sockets: a message is under way
RENEW_S = 2.0  # time without a byte after which a connection is given up
AWAY_S = 5.0  # time without a tick: this viewer was stopped, and may be forgotten
LOST_S = 6.0  # silence after which what an ended run still owed is counted as lost
