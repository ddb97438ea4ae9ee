"""The official schedule of timesteps: test/golden/sampler/schedules.json."""

import json
import sys

from official import GOLDEN, use_checkout


def main(checkout: str) -> int:
    use_checkout(checkout)
    from sampling import get_schedule

    listing = json.loads((GOLDEN / "sampler/schedules.json").read_text())
    wrong = 0
    for row in listing["schedules"]:
        made = get_schedule(row["num_steps"], row["image_seq_len"], shift=row["shift"])
        wrong += any(abs(a - b) > 2e-7 for a, b in zip(made, row["timesteps"], strict=True))
    print(f"sampler/schedules.json: {len(listing['schedules'])} rows, {wrong} differ")
    return 0 if wrong == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
