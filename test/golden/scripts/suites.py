"""
Writes test/golden/suites: small tables with the columns of GEdit-Bench, as Hugging Face's `datasets` writes them: the
Arrow files of `save_to_disk`, which the dataset's repository holds, and the Parquet files that its hub converts them to.

pip install datasets==5.0.1 pillow==12.3.0; python suites.py <folder>
"""

import io
import sys
from pathlib import Path

from datasets import Dataset, Features, Image, Value
from PIL import Image as Picture

folder = Path(sys.argv[1])


def png(level: int, size: int) -> bytes:
    out = io.BytesIO()
    Picture.new("RGB", (size, size), (level, 255 - level, 40)).save(out, "png")
    return out.getvalue()


def rows():
    kinds = ["subject-add", "tone_transfer", "text_change"]
    for i in range(6):
        for language, words in (("en", f"Add {i} cups, “quoted”"), ("cn", f"加{i}个杯子")):
            yield {
                "task_type": kinds[i % 3],
                "key": f"k{i}",
                "instruction": words,
                "instruction_language": language,
                "input_image": {"bytes": png(20 * i, 6), "path": f"small{i}.png"},
                "input_image_raw": {"bytes": png(20 * i, 12), "path": None},
                "Intersection_exist": i != 4,
            }


features = Features(
    {
        "task_type": Value("string"),
        "key": Value("string"),
        "instruction": Value("string"),
        "instruction_language": Value("string"),
        "input_image": Image(),
        "input_image_raw": Image(),
        "Intersection_exist": Value("bool"),
    }
)

data = Dataset.from_list(list(rows()), features=features)
folder.mkdir(parents=True, exist_ok=True)
data.save_to_disk(str(folder / "arrow"), num_shards=2)
data.to_parquet(str(folder / "gedit.parquet"), batch_size=5)
