"""Learning rates of the released trainers, step by step, by PyTorch's own scheduler, as JSON on standard output.

Standard input has settings as JSON: `peak`, `epochs` (the scheduler's `T_max`), `warmUpEpochs`, `warmUpRate`, `stepsPerEpoch`,
`schedule` (`per-batch` or `per-epoch`), and `steps`, the number of rates to give. The trainers of AD-CLIP, DAPL, CoOp and CoCoOp
put Dassl's constant warm-up around `CosineAnnealingLR`; what it does is written here anew, so that Dassl is not needed.
"""
import json
import sys
import warnings


def say(**answer):
    print(json.dumps(answer))
    sys.exit(0)


try:
    import torch
except ImportError as problem:
    say(tag="Skipped", reason=str(problem))

# A scheduler is stepped here without its optimizer, of which PyTorch warns.
warnings.filterwarnings("ignore")


class AfterWarmUp:
    """A constant rate until it has been stepped `count` times; the scheduler's rate from then on, whose steps are counted after it."""

    def __init__(self, optimizer, scheduler, count, rate):
        self.optimizer, self.scheduler, self.count, self.rate = optimizer, scheduler, count, rate
        self.done = 0
        if count > 0:
            self.put(rate)

    def put(self, rate):
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    def step(self):
        if self.done >= self.count:
            self.scheduler.step()
            return
        self.done += 1
        self.put(self.scheduler.get_last_lr()[0] if self.done >= self.count else self.rate)


def rates(setting):
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=setting["peak"])
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, setting["epochs"])
    scheduler = AfterWarmUp(optimizer, cosine, setting["warmUpEpochs"], setting["warmUpRate"])
    every = setting["stepsPerEpoch"] if setting["schedule"] == "per-epoch" else 1
    given = []
    for step in range(setting["steps"]):
        given.append(optimizer.param_groups[0]["lr"])
        if (step + 1) % every == 0:
            scheduler.step()
    return given


if __name__ == "__main__":
    say(tag="Answered", version=torch.__version__, rates=[rates(setting) for setting in json.load(sys.stdin)])
