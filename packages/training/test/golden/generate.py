"""Steps of torch.optim.AdamW under clipping, and learning rates of transformers' schedules: python generate.py

pip install torch==2.13.0 transformers==5.23.0

Writes optimizer.json beside this file. Gradients are given, so that nothing but the optimizer is compared; gradient k of step t
is sin(3 t + k) / 4, in float32.
"""
import json
from pathlib import Path

import torch
import transformers
from transformers import get_constant_schedule_with_warmup, get_cosine_schedule_with_warmup, get_linear_schedule_with_warmup


def steps(settings):
    torch.manual_seed(0)
    start = [torch.linspace(-1, 1, 6).reshape(2, 3), torch.linspace(0.5, 1.5, 3)]
    parameters = [torch.nn.Parameter(each.clone()) for each in start]
    matrix, vector = parameters
    optimizer = torch.optim.AdamW(
        [{"params": [matrix], "weight_decay": settings["weightDecay"]}, {"params": [vector], "weight_decay": 0.0}],
        lr=settings["learningRate"], betas=(settings["beta1"], settings["beta2"]), eps=settings["epsilon"],
    )
    norms, values = [], []
    for step in range(settings["steps"]):
        place = 0
        for parameter in parameters:
            count = parameter.numel()
            drawn = torch.sin(3.0 * step + torch.arange(place, place + count, dtype=torch.float32)) / 4
            parameter.grad = drawn.reshape(parameter.shape)
            place += count
        bound = float("inf") if settings["clip"] is None else settings["clip"]
        norms.append(float(torch.nn.utils.clip_grad_norm_(parameters, bound)))
        optimizer.step()
        values.append([parameter.detach().flatten().tolist() for parameter in parameters])
    return {"settings": settings, "norms": norms, "values": values}


def rates(make, warm_up, total):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.01)
    schedule = make(optimizer, warm_up, total)
    found = []
    for _ in range(total):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return found


base = {"learningRate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.0, "clip": None, "steps": 6}
schedules = {
    "constant": lambda optimizer, warm_up, _: get_constant_schedule_with_warmup(optimizer, warm_up),
    "linear": get_linear_schedule_with_warmup,
    "cosine": get_cosine_schedule_with_warmup,
}
golden = {
    "torch": torch.__version__.split("+")[0],
    "transformers": transformers.__version__,
    "steps": [
        steps(base),
        steps({**base, "beta2": 0.95, "weightDecay": 0.1, "clip": 0.3}),
        steps({**base, "epsilon": 1e-3, "weightDecay": 0.01, "clip": 10.0}),
    ],
    "schedules": [
        {"schedule": name, "warmUpSteps": warm_up, "steps": total, "learningRate": 0.01, "rates": rates(make, warm_up, total)}
        for name, make in schedules.items()
        for warm_up, total in [(0, 7), (3, 10), (5, 5)]
    ],
}
(Path(__file__).parent / "optimizer.json").write_text(json.dumps(golden) + "\n")
