"""Watch processes train one network: the first one publishes, the numbers are of all.

Run: torchrun --nproc-per-node 2 examples/pytorch_ddp.py
"""

from typing import Any

import torch
import torch.distributed as dist
from sklearn.datasets import load_digits
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from trainer.hooks.torch import watch


def main(epochs: int = 300, **options: Any) -> None:
    dist.init_process_group("gloo")  # "nccl" where each process has a GPU
    digits, mine = load_digits(), slice(dist.get_rank(), None, dist.get_world_size())
    x = torch.tensor(digits.data[mine] / 16, dtype=torch.float32)
    y = torch.tensor(digits.target[mine])
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    model = DistributedDataParallel(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    options = {"classes": list("0123456789"), "input_shape": (8, 8), **options}
    with watch(model, x[0], label=int(y[0]), epochs=epochs, **options) as w:
        for _ in range(epochs):
            logits = model(x)
            loss = nn.functional.cross_entropy(logits, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            w.epoch(loss=loss, accuracy=(logits.argmax(1) == y).float().mean())
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
