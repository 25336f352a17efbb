"""SimBench's tables as they lie in the wheel: semicolons, one header line, NULL for nothing."""

import csv
import io
import zipfile

# Scenario 2 of SimBench ("future"): the one with heat pumps, charging and storage in the village.
FOLDER = 'simbench/networks/1-complete_data-mixed-all-2-sw/'


class Tables:
    def __init__(self, wheel):
        self._wheel = wheel
        self._rows = {}
        self._columns = {}

    def rows(self, table):
        if table not in self._rows:
            with self._open(table) as file:
                self._rows[table] = list(csv.DictReader(file, delimiter=';'))
        return self._rows[table]

    def of_subnet(self, table, subnet):
        return [row for row in self.rows(table) if row['subnet'] == subnet]

    def load_profiles(self, table, names):
        """Reads the named columns of a profile table, in one pass."""
        with self._open(table) as file:
            reader = csv.reader(file, delimiter=';')
            header = next(reader)
            places = [(name, header.index(name)) for name in sorted(names)]
            columns = {name: [] for name, _ in places}
            for row in reader:
                for name, place in places:
                    columns[name].append(float(row[place]))
        self._columns[table] = columns

    def profile(self, table, name):
        return self._columns[table][name]

    def _open(self, table):
        archive = zipfile.ZipFile(self._wheel)
        return io.TextIOWrapper(archive.open(f'{FOLDER}{table}.csv'), encoding='utf-8')
