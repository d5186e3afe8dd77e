"""trainer run."""

from protocol.address import DEFAULT_HOST, DEFAULT_PORT
from trainer import options, stream_options
from trainer.process import end_with_stdin, use_threads


def run(
    data: options.Data = None,
    preset: options.Preset = None,
    hidden: options.Hidden = None,
    dropout: options.Dropout = None,
    epochs: options.Epochs = None,
    batch: options.Batch = None,
    learning_rate: options.LearningRate = None,
    every: options.Every = None,
    seed: options.Seed = None,
    probe: options.Probe = None,
    reject: options.Reject = None,
    device: options.Device = "auto",
    threads: options.Threads = None,
    save: options.Save = None,
    resume: options.Resume = None,
    checkpoint_every: options.CheckpointEvery = 0,
    log_csv: options.LogCsv = None,
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
    """Train a network on pictures and publish what happens inside it.

    Every few epochs viewers get the weights, the layer sums of one example, the loss
    and the accuracy. Nobody has to watch; who joins late gets what has been so far.

    Example: trainer run --data shapes --hidden 32,16 --every 10
    """
    use_threads(threads)
    if until_eof:
        end_with_stdin()
    said = {
        "data": data,
        "preset": preset,
        "every": every,
        "seed": seed,
        "probe": probe,
        "hidden": None if hidden is None else options.layer_sizes(hidden),
        "dropout": dropout,
        "epochs": epochs,
        "batch": batch,
        "learning_rate": learning_rate,
        "reject": reject,
    }
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
    options.check_files(save, checkpoint_every)
    from trainer import programs

    programs.run(
        {name: value for name, value in said.items() if value is not None},
        programs.Files(
            save=save,
            resume=resume,
            checkpoint_every=checkpoint_every,
            log_csv=log_csv,
        ),
        device,
        wanted,
    )
