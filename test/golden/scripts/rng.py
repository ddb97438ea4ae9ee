"""PyTorch's own normal numbers, against test/golden/rng/. Needs no checkout."""

import json
import sys

import torch

from official import GOLDEN


def main() -> int:
    fits = True
    listing = json.loads((GOLDEN / "rng/randn.json").read_text())
    for row in listing["rows"]:
        made = torch.randn(row["shape"], generator=torch.Generator("cpu").manual_seed(row["seed"])).flatten()
        wanted = torch.tensor(row["first"])
        fits &= torch.allclose(made[: len(wanted)], wanted, atol=2e-6, rtol=0)
    print(f"rng/randn.json: {len(listing['rows'])} rows, {'as stored' if fits else 'DIFFERS'}")
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main())
