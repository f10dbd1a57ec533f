"""`python -m benchmarks.accuracy`: what a short training on CIFAR-10 reaches on all cores.

The network is the course's base on whole pictures of 32 pixels: its stem halves them, so that all
other layers cost what they cost at 16. Nothing else may run meanwhile: a budget in seconds becomes
as many pictures as the machine manages.
"""

import argparse
import statistics
from dataclasses import replace

from effnet_lab import CIFAR_BASE, cost, quick_train
from effnet_lab.training.data import load_data
from effnet_lab.training.train import Silent

NETWORK = replace(CIFAR_BASE, name="base on 32 px", resolution=32, stem_stride=2)

#: Budget -> test accuracy that we hold ourselves to.
AIMS = {"38s": 0.65, "120s": 0.72}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--folder", help="where CIFAR-10 lies")
    asked = parser.parse_args()
    data = load_data("cifar10", asked.folder, quiet=True)
    print(f"{NETWORK.name}: {cost(NETWORK).macs:,} MACs, {cost(NETWORK).params:,} parameters")
    for budget, aim in AIMS.items():
        runs = [
            quick_train(NETWORK, data, budget, seed, monitor=Silent())
            for seed in range(asked.seeds)
        ]
        accuracies = [run.test_accuracy or 0.0 for run in runs]
        print(
            f"{budget}: median {statistics.median(accuracies):.1%} (aim: {aim:.0%}), each "
            f"{' '.join(f'{value:.1%}' for value in accuracies)}, after "
            f"{' '.join(f'{run.seconds:.0f}' for run in runs)} s and "
            f"{' '.join(f'{run.plan.pictures:,}' for run in runs)} pictures",
            flush=True,
        )


if __name__ == "__main__":
    main()
