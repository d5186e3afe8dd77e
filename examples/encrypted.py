"""Watch a run over an open network: encrypted, and only with a key that you gave.

Run: python examples/encrypted.py on the training machine; copy keys/viewer.key_secret
and keys/server.key to the laptop, then viewer connect THAT-HOST:5556 --keys keys
"""

from pathlib import Path
from typing import Any

from minimal import main as train  # the example beside this one

from trainer.keygen import make_folder


def main(keys: str = "keys", **options: Any) -> None:
    if not Path(keys).exists():
        for path in make_folder(Path(keys)):
            print(f"made {path}")
    train(**{"address": "0.0.0.0:5556", "keys": keys, "epochs": 20_000, **options})


if __name__ == "__main__":
    main()
