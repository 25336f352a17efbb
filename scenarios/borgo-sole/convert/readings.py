"""Readings: registers of every meter, quarter hour by quarter hour, one Parquet file a month."""

import calendar
import datetime
import zoneinfo

import pyarrow
import pyarrow.parquet

ROME = zoneinfo.ZoneInfo('Europe/Rome')
YEAR = 2016
SLOT_SECONDS = 900
SLOTS_PER_WEEK = 7 * 96
# 52 weeks: a profile moved past an end of the year goes on at the same weekday of the other end.
SLOTS_PER_TURN = 52 * SLOTS_PER_WEEK
# A quarter hour at 1 MW, in millionths of a Wh.
MICRO_WH_PER_MEGA_WATT = 250_000_000_000
MICRO_WH_PER_WH = 1_000_000

SCHEMA = pyarrow.schema(
    [
        pyarrow.field('meter', pyarrow.string(), nullable=False),
        pyarrow.field('from', pyarrow.timestamp('ms', tz='UTC'), nullable=False),
        pyarrow.field('import_wh', pyarrow.int32(), nullable=False),
        pyarrow.field('export_wh', pyarrow.int32(), nullable=False),
    ]
)


def write_readings(tables, meters, folder):
    parts = [part for meter in meters for part in (*meter.uses, *meter.makes)]
    for table in sorted({part.table for part in parts}):
        tables.load_profiles(table, {part.profile for part in parts if part.table == table})
    ordered = sorted(meters, key=lambda meter: meter.entry['id'])
    registers = [registers_of(tables, meter) for meter in ordered]
    folder.mkdir(exist_ok=True)
    return [write_month(month, ordered, registers, folder) for month in range(1, 13)]


def registers_of(tables, meter):
    """Wh taken and Wh given in each quarter hour, as the difference of two registers that count whole Wh."""
    uses, makes = power_of(tables, meter.uses), power_of(tables, meter.makes)
    taken = given = 0
    import_wh, export_wh = [], []
    for use, make in zip(uses, makes, strict=True):
        before_taken, before_given = taken // MICRO_WH_PER_WH, given // MICRO_WH_PER_WH
        net = use - make
        if net > 0:
            taken += net
        else:
            given -= net
        import_wh.append(taken // MICRO_WH_PER_WH - before_taken)
        export_wh.append(given // MICRO_WH_PER_WH - before_given)
    return import_wh, export_wh


def power_of(tables, parts):
    """Sum of the parts in millionths of a Wh a quarter hour: whole numbers, so that every machine agrees."""
    slots = (366 if calendar.isleap(YEAR) else 365) * 96
    total = [0] * slots
    for part in parts:
        profile = tables.profile(part.table, part.profile)
        if len(profile) != slots:
            raise SystemExit(f'{part.profile} has {len(profile)} quarter hours, not {slots}')
        factor = part.mega_watt * MICRO_WH_PER_MEGA_WATT
        for slot in range(slots):
            total[slot] += round(profile[moved(slot, part.weeks, slots)] * factor)
    return total


def moved(slot, weeks, slots):
    source = slot - weeks * SLOTS_PER_WEEK
    if source < 0:
        return source + SLOTS_PER_TURN
    return source - SLOTS_PER_TURN if source >= slots else source


def write_month(month, meters, registers, folder):
    """A local month. SimBench's clock is UTC+1 all year, so its first row is the first quarter hour of 2016 in Rome."""
    first = seconds_of(YEAR, 1)
    begin = (seconds_of(YEAR, month) - first) // SLOT_SECONDS
    # In December SimBench and Rome agree again, so the last month ends with the table.
    end = (seconds_of(*((YEAR, month + 1) if month < 12 else (YEAR + 1, 1))) - first) // SLOT_SECONDS
    times = [(first + slot * SLOT_SECONDS) * 1000 for slot in range(begin, end)]
    columns = [
        pyarrow.array([meter.entry['id'] for meter in meters for _ in times], pyarrow.string()),
        pyarrow.array(times * len(meters), pyarrow.timestamp('ms', tz='UTC')),
        pyarrow.array([wh for import_wh, _ in registers for wh in import_wh[begin:end]], pyarrow.int32()),
        pyarrow.array([wh for _, export_wh in registers for wh in export_wh[begin:end]], pyarrow.int32()),
    ]
    path = folder / f'{YEAR}-{month:02}.parquet'
    pyarrow.parquet.write_table(
        pyarrow.Table.from_arrays(columns, schema=SCHEMA),
        path,
        compression='ZSTD',
        compression_level=19,
        row_group_size=len(columns[0]),
        use_dictionary=True,
        store_schema=False,
        write_statistics=False,
    )
    return path


def seconds_of(year, month):
    return int(datetime.datetime(year, month, 1, tzinfo=ROME).timestamp())
