"""trainer space."""

from protocol.address import DEFAULT_HOST, DEFAULT_PORT
from trainer import options, space_options, stream_options
from trainer.process import end_with_stdin, use_threads


def space(
    data: space_options.Data = space_options.GROUPS,
    preset: space_options.Preset = "default",
    layers: space_options.Layers = 250,
    size: space_options.Size = 800,
    overlap: space_options.Overlap = 0.15,
    filter: space_options.Filter = "random",
    edges: space_options.Edges = "",
    fill: space_options.Fill = 50,
    held_out: space_options.HeldOut = 0.2,
    seed: options.PlaneSeed = 0,
    save: space_options.Save = None,
    bind: stream_options.Bind = DEFAULT_HOST,
    port: stream_options.Port = DEFAULT_PORT,
    keys: stream_options.KeysOption = None,
    insecure: stream_options.Insecure = False,
    wait: stream_options.Wait = 0,
    pace: stream_options.Pace = 0.0,
    buffer: stream_options.Buffer = "256M",
    record: stream_options.Record = None,
    hold: stream_options.Hold = False,
    as_json: stream_options.Json = False,
    until_eof: stream_options.UntilEof = False,
) -> None:
    """Classify a whole plane of points with a very deep, sparse network.

    Every layer is a snapshot: classes spread from the points to their neighbours until
    each place of the plane has one.

    Example: trainer space --data points.csv --filter mean --save map.npz
    """
    use_threads(None)
    if until_eof:
        end_with_stdin()
    options.check_save(save)
    wanted = stream_options.stream_of(
        bind=bind,
        port=port,
        keys=keys,
        insecure=insecure,
        wait=wait,
        pace=pace,
        buffer=buffer,
        record=record,
        hold=hold,
        as_json=as_json,
    )
    from trainer import spaces

    plane = space_options.Plane(
        data=data,
        preset=preset,
        layers=layers,
        size=size,
        overlap=overlap,
        filter=filter,
        edges=edges,
        fill=fill,
        held_out=held_out,
        seed=seed,
    )
    spaces.run(plane, save, wanted)
