"""Converts SimBench into the pack of Borgo Sole: community.json, readings/*.parquet and manifest.json.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python convert.py [simbench-1.6.3-py3-none-any.whl]

Without an argument it fetches the wheel from PyPI. The same wheel gives the same bytes. What is taken and what is
changed stands in ../source.md.
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

from grid import network_of
from members import members_of
from readings import write_readings
from simbench_tables import Tables

PACK = pathlib.Path(__file__).resolve().parent.parent
WHEEL = 'simbench-1.6.3-py3-none-any.whl'
WHEEL_SHA256 = '8b48bdab2445286a96649eb18bb09476d000a0e212fd57fdba83399df54af4de'


def fetched_wheel(folder):
    command = [sys.executable, '-m', 'pip', 'download', 'simbench==1.6.3', '--no-deps', '--quiet', '--dest', folder]
    subprocess.run(command, check=True)
    return pathlib.Path(folder) / WHEEL


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def convert(wheel):
    if sha256(wheel) != WHEEL_SHA256:
        raise SystemExit(f'{wheel} is not the wheel this script was written for: {WHEEL_SHA256}')
    tables = Tables(wheel)
    network = network_of(tables)
    people = members_of(tables, network)
    document = {
        'format': 'tri/community/1',
        'id': 'borgo-sole',
        'name': 'Borgo Sole',
        'timezone': 'Europe/Rome',
        'language': 'it',
        'network': network.nodes + people.nodes,
        'members': people.members,
        'meters': [meter.entry for meter in people.meters],
        'charter': people.charter,
    }
    community = PACK / 'community.json'
    community.write_text(text_of(document), encoding='utf-8')
    files = [community, *write_readings(tables, people.meters, PACK / 'readings')]
    manifest = {
        'source': {'wheel': WHEEL, 'sha256': WHEEL_SHA256},
        'files': [
            {'path': path.relative_to(PACK).as_posix(), 'bytes': path.stat().st_size, 'sha256': sha256(path)}
            for path in files
        ],
    }
    (PACK / 'manifest.json').write_text(json.dumps(manifest, indent=2) + '\n', encoding='utf-8')
    total = sum(entry['bytes'] for entry in manifest['files'])
    print(f'{len(people.members)} members, {len(people.meters)} meters, {len(files)} files, {total} bytes')


def text_of(document):
    """One node, member or meter a line: a community file is read by people, and compared line by line."""

    def lines(entries):
        return '[\n' + ',\n'.join('    ' + json.dumps(entry, ensure_ascii=False) for entry in entries) + '\n  ]'

    fields = [
        f'  {json.dumps(name)}: {lines(value) if isinstance(value, list) else json.dumps(value, ensure_ascii=False)}'
        for name, value in document.items()
    ]
    return '{\n' + ',\n'.join(fields) + '\n}\n'


if __name__ == '__main__':
    if len(sys.argv) > 1:
        convert(pathlib.Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            convert(fetched_wheel(folder))
