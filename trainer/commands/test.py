"""trainer test."""

from protocol.address import DEFAULT_HOST, DEFAULT_PORT
from trainer import options, stream_options
from trainer.process import end_with_stdin, use_threads


def measure(
    model: options.Model,
    data: options.TestData,
    reject: options.RejectInstead = None,
    bind: stream_options.Bind = DEFAULT_HOST,
    port: stream_options.Port = DEFAULT_PORT,
    keys: stream_options.KeysOption = None,
    insecure: stream_options.Insecure = False,
    wait: stream_options.Wait = 0,
    pace: stream_options.Pace = 0.0,
    max_cells: stream_options.MaxCells = 1_048_576,
    buffer: stream_options.Buffer = "256M",
    record: stream_options.Record = None,
    hold: stream_options.Hold = False,
    as_json: stream_options.Json = False,
    until_eof: stream_options.UntilEof = False,
) -> None:
    """Test a network that was saved, and publish one forward pass a picture.

    Prints how many pictures were decided rightly, and what was taken for what. A class
    is the sub-folder of that name; other sub-folders hold unknown things.

    Example: trainer test model.npz --data drawings --pace 0.5
    """
    use_threads(None)
    if until_eof:
        end_with_stdin()
    wanted = stream_options.stream_of(
        bind=bind,
        port=port,
        keys=keys,
        insecure=insecure,
        wait=wait,
        pace=pace,
        max_cells=max_cells,
        buffer=buffer,
        record=record,
        hold=hold,
        as_json=as_json,
    )
    from trainer import testing

    testing.measure(model, data, reject=reject, wanted=wanted)
