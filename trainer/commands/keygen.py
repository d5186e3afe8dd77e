"""trainer keygen."""

import typer

from trainer import options


def keygen(folder: options.KeysFolder, viewer: options.ViewerName = "") -> None:
    """Make the keys that let only known viewers watch, over any network.

    Makes the trainer's keys and those of a first viewer, or with --viewer of one more,
    and says which files go to the other machine. A viewer is revoked by deleting its
    file in DIR/authorized; that holds from when it next connects. Never overwrites a key.

    Example: trainer keygen keys
    """
    from trainer import keygen as program

    if viewer:
        program.add_viewer(folder, viewer)
    else:
        program.make_folder(folder)
    typer.echo(program.instructions(folder, viewer))
