"""Makes viescore/statistics.json: made scores, and what the official calculate_statistics.py makes of them.

    python test/golden/scripts/statistics.py official            # compares; ends with 1 where something differs
    python test/golden/scripts/statistics.py official --write

`official` is a checkout of Step1X-Edit. Needs pandas and numpy; megfile, which the script only opens files with, is
replaced by open(). The script takes `zh` where its files say `cn`, so its choices are widened for Chinese.
"""

import csv
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

stored = Path(__file__).parent.parent / 'viescore' / 'statistics.json'
golden = json.loads(stored.read_text())
script = Path(sys.argv[1]) / 'GEdit-Bench' / 'calculate_statistics.py'
groups = list(dict.fromkeys(row['kind'] for row in golden['rows']))
columns = 'source_image edited_image instruction sementics_score quality_score intersection_exist instruction_language'

with tempfile.TemporaryDirectory() as folder:
    results = Path(folder) / 'step1x' / 'gpt4o' / 'eval_results_new'
    results.mkdir(parents=True)
    for group in groups:
        with open(results / f'step1x_{group}_gpt_score.csv', 'w', newline='') as file:
            writer = csv.writer(file)
            writer.writerow(columns.split())
            for row in golden['rows']:
                if row['kind'] == group and 'sc' in row:
                    scores = [row['sc'], row['pq'], row['intersection'], row['language']]
                    writer.writerow([f"{row['key']}_SRCIMG.png", f"{row['key']}.png", 'Make it so.', *scores])
    (Path(folder) / 'megfile.py').write_text('smart_open = open\n')
    (Path(folder) / 'official.py').write_text(script.read_text().replace('["en", "zh"]', '["en", "cn"]'))
    sys.path.insert(0, folder)
    import official

    found = {}
    for language in ('en', 'cn'):
        sums = official.analyze_scores(str(results), ['step1x'], language)
        printed = subprocess.run(
            [sys.executable, 'official.py', '--save_path', folder, '--language', language],
            cwd=folder, capture_output=True, text=True, check=True,
        ).stdout
        found[language] = {
            subset: {
                'kinds': {g: [float(each['step1x'][g]) for each in parts] for g in groups},
                'printed': re.search(rf'^Average{name}: (.*)$', printed, re.M).group(1).split(', '),
            }
            for subset, parts, name in (('full', sums[:3], ''), ('official', sums[3:], ' Intersection'))
        }

if '--write' in sys.argv:
    rows = ',\n'.join(json.dumps(row) for row in golden['rows'])
    head = ''.join(f'{json.dumps(name)}: {json.dumps(golden[name])},\n' for name in ('what', 'official_commit', 'samples'))
    stored.write_text(f'{{\n{head}"rows": [\n{rows}\n],\n"official": {json.dumps(found)}\n}}\n')
elif found != golden['official']:
    sys.exit('statistics.json: the official script gives other numbers')
print('statistics.json: as stored')
