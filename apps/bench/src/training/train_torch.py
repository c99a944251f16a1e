"""Steps of a training with torch and transformers, timed one by one: train_torch.py WORK.json

WORK holds: model, method (full, lora, smt), recompute, steps, threads, learning_rate, ids, lora, blocks. Prints one line of JSON.
"""
import json
import resource
import sys
import time

import torch
import transformers
from torch.nn import Linear, Parameter
from torch.nn.functional import linear

with open(sys.argv[1]) as file:
    work = json.load(file)
torch.set_num_threads(work["threads"])
torch.manual_seed(0)
model = transformers.AutoModelForCausalLM.from_pretrained(
    work["model"], dtype=torch.float32, attn_implementation="sdpa"
)
model.train()
model.config.use_cache = False
if work["recompute"]:
    model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    model.enable_input_require_grads()


class Blocks(torch.autograd.Function):
    """A product with a matrix of which blocks are trained: they are put into it, and only they have a gradient."""

    @staticmethod
    def forward(ctx, x, values, weight, blocks):
        for value, b in zip(values.split(blocks[0]["rows"]), blocks):
            weight.data[b["row"] : b["row"] + b["rows"], b["column"] : b["column"] + b["columns"]] = value
        strips = [x[..., b["column"] : b["column"] + b["columns"]] for b in blocks]
        ctx.save_for_backward(weight, *strips)
        ctx.blocks = blocks
        return x @ weight.T

    @staticmethod
    def backward(ctx, gradient):
        weight, *strips = ctx.saved_tensors
        of_blocks = [
            gradient[..., b["row"] : b["row"] + b["rows"]].flatten(0, -2).T @ strip.flatten(0, -2)
            for strip, b in zip(strips, ctx.blocks)
        ]
        of_input = gradient @ weight if ctx.needs_input_grad[0] else None
        return of_input, torch.cat(of_blocks), None, None


def train_blocks(blocks_of):
    trained = []
    for name, blocks in blocks_of.items():
        layer = model.get_submodule(name.removesuffix(".weight"))
        values = [
            layer.weight.data[b["row"] : b["row"] + b["rows"], b["column"] : b["column"] + b["columns"]] for b in blocks
        ]
        part = Parameter(torch.cat(values).clone())
        trained.append(part)
        layer.forward = lambda x, layer=layer, part=part, blocks=blocks: Blocks.apply(x, part, layer.weight, blocks)
    return trained


def train_adapters(settings):
    trained = []
    rank, scale = settings["rank"], settings["scale"]
    for name, layer in model.named_modules():
        if not isinstance(layer, Linear) or name.split(".")[-1] not in settings["modules"]:
            continue
        down = Parameter((torch.rand(rank, layer.in_features) - 0.5) * 0.05)
        up = Parameter(torch.zeros(layer.out_features, rank))
        trained += [down, up]
        layer.forward = lambda x, layer=layer, down=down, up=up: linear(x, layer.weight) + scale * linear(
            linear(x, down), up
        )
    return trained


if work["method"] == "full":
    parameters = list(model.parameters())
else:
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    parameters = train_adapters(work["lora"]) if work["method"] == "lora" else train_blocks(work["blocks"])
optimizer = torch.optim.AdamW(parameters, lr=work["learning_rate"], betas=(0.9, 0.999), weight_decay=0.0)
ids = torch.tensor(work["ids"])
losses, seconds, cpu_seconds = [], [], []
for _ in range(work["steps"]):
    clock, cpu = time.perf_counter(), time.process_time()
    loss = model(input_ids=ids, labels=ids).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    optimizer.zero_grad()
    losses.append(loss.item())
    seconds.append(time.perf_counter() - clock)
    cpu_seconds.append(time.process_time() - cpu)
print(
    json.dumps(
        {
            "version": torch.__version__,
            "losses": losses,
            "seconds": min(seconds[1:] or seconds),
            "cpuSeconds": min(cpu_seconds[1:] or cpu_seconds),
            "peakMemory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            "trained": sum(parameter.numel() for parameter in parameters),
        }
    )
)
