"""Sites, members and meters: who stands at each bus, and which SimBench profiles a meter adds up."""

import collections
import dataclasses

from cast import (
    CHARGING_POST,
    CHARGING_POST_BUS,
    CHARTER,
    COOPERATIVE,
    FLATS,
    OTHERS,
    SHARED_PLANT,
    SHARED_PLANT_BUS,
    STREETS,
    VILLAGE,
)
from grid import bus_id

HOUSEHOLD = 'H0'
CHARGING_AT_WORK = 'APLS'
# Houses stand this far from the cable, left and right in turn; flats and their neighbours this far apart.
METRES_TO_CABLE = 12.0
METRES_BETWEEN_FLATS = 5.0
# SimBench has six household profiles for many homes. Each home's is moved by whole weeks, so that weekdays stay in
# place and no two homes of one profile are copies of each other.
WEEKS_MAX = 3


@dataclasses.dataclass(frozen=True)
class Part:
    """A share of one SimBench element: its profile times `mega_watt`, `weeks` later in the year."""

    table: str
    profile: str
    mega_watt: float
    weeks: int = 0


@dataclasses.dataclass(frozen=True)
class Meter:
    entry: dict
    uses: tuple
    makes: tuple


class People:
    def __init__(self):
        self.nodes, self.members, self.meters = [], [], []
        self.charter = CHARTER
        self._known = set()
        self._homes = collections.Counter()

    def member(self, member, kind, name):
        if member not in self._known:
            self._known.add(member)
            self.members.append({'id': member, 'kind': kind, 'name': name})

    def node(self, node, kind, parent, x, y, name):
        self.nodes.append({'id': node, 'kind': kind, 'parent': parent, 'ohm': 0, 'name': name, 'x': x, 'y': y})

    def metered(self, meter, member, site, uses, makes, name):
        """A connection; with a plant behind it, also a meter on the plant and one on what the house uses."""
        entry = {'id': meter, 'member': member, 'site': site}
        self.meters.append(Meter({**entry, 'name': name}, uses, makes))
        if makes and uses:
            production = {**entry, 'id': f'{meter}-produzione', 'role': 'production', 'name': f'{name}, produzione'}
            consumption = {**entry, 'id': f'{meter}-consumo', 'role': 'consumption', 'name': f'{name}, consumo'}
            self.meters.append(Meter(production, (), makes))
            self.meters.append(Meter(consumption, uses, ()))

    def next_home(self):
        self._homes['homes'] += 1
        return self._homes['homes']


def members_of(tables, network):
    people = People()
    for street, name, subnet, buses in STREETS:
        house = 0
        for bus in buses:
            uses, makes = parts_at(tables, bus_id(subnet, bus))
            if not uses:
                continue
            house += 1
            side = METRES_TO_CABLE if house % 2 == 0 else -METRES_TO_CABLE
            x, y = network.place[subnet, bus]
            stand = Stand(people, network.street_node[subnet, bus], round(x + side, 1), y, f'{name} {house}')
            settle_bus((subnet, bus), stand, uses, makes)
    return people


@dataclasses.dataclass(frozen=True)
class Stand:
    people: People
    street_node: str
    x: float
    y: float
    address: str


def parts_at(tables, node):
    """What the bus uses and what it makes. A storage stands for its plant: SimBench gives both as one source."""
    uses = [
        Part('LoadProfile', f'{row["profile"]}_pload', float(row['pLoad']))
        for row in tables.rows('Load')
        if row['node'] == node
    ]
    makes = [
        Part('RESProfile', row['profile'], float(row['pRES'])) for row in tables.rows('RES') if row['node'] == node
    ] + [
        Part('StorageProfile', row['profile'], -float(row['pStor']))
        for row in tables.rows('Storage')
        if row['node'] == node
    ]
    return uses, makes


def settle_bus(bus, stand, uses, makes):
    if bus in OTHERS:
        return settle_business(bus, stand, uses, makes)
    homes = [part for part in uses if part.profile.startswith(HOUSEHOLD)]
    others = [part for part in uses if not part.profile.startswith(HOUSEHOLD)]
    if bus == CHARGING_POST_BUS:
        settle_charging_post(stand, [part for part in others if part.profile.startswith(CHARGING_AT_WORK)])
        others = [part for part in others if not part.profile.startswith(CHARGING_AT_WORK)]
    if bus[0] == VILLAGE and bus[1] in FLATS:
        whole = homes[0]
        homes = [dataclasses.replace(whole, mega_watt=whole.mega_watt * share) for share in FLATS[bus[1]]]
    building = stand.street_node
    if len(homes) > 1:
        building = f'{stand.street_node}-casa'
        stand.people.node(building, 'building', stand.street_node, stand.x, stand.y, stand.address)
    for number, home in enumerate(homes, 1):
        count = stand.people.next_home()
        member = f'casa-{count:02}'
        address = stand.address if len(homes) == 1 else f'{stand.address}, int. {number}'
        y = round(stand.y + (number - 1) * METRES_BETWEEN_FLATS, 1)
        stand.people.node(f'sito-{member}', 'site', building, stand.x, y, address)
        stand.people.member(member, 'household', address)
        stored = any(part.table == 'StorageProfile' for part in makes)
        # A storage's profile was made for its own home's profile: that one stays where it is.
        weeks = 0 if stored else (count * 3) % (2 * WEEKS_MAX + 1) - WEEKS_MAX
        own = (dataclasses.replace(home, weeks=weeks),)
        # Heat pump, charging and roof of a small house with flats belong to its last flat.
        last = number == len(homes)
        stand.people.metered(
            member, member, f'sito-{member}', own + tuple(others if last else ()), tuple(makes if last else ()), address
        )


def settle_business(bus, stand, uses, makes):
    member, kind, member_name, meter, name = OTHERS[bus]
    people, parent = stand.people, stand.street_node
    people.member(member, kind, member_name)
    if bus == SHARED_PLANT_BUS:
        parent = f'{stand.street_node}-casa'
        people.node(parent, 'building', stand.street_node, stand.x, stand.y, stand.address)
    people.node(f'sito-{meter}', 'site', parent, stand.x, stand.y, f'{name}, {stand.address}')
    if bus != SHARED_PLANT_BUS:
        people.metered(meter, member, f'sito-{meter}', tuple(uses), tuple(makes), name)
        return
    people.metered(meter, member, f'sito-{meter}', tuple(uses), (), name)
    settle_cooperative(people, SHARED_PLANT, parent, (stand.x, round(stand.y + METRES_BETWEEN_FLATS, 1)), (), makes)


def settle_charging_post(stand, uses):
    place = (stand.x, round(stand.y + METRES_TO_CABLE, 1))
    settle_cooperative(stand.people, CHARGING_POST, stand.street_node, place, uses, ())


def settle_cooperative(people, post, parent, place, uses, makes):
    meter, name = post
    people.member(*COOPERATIVE)
    people.node(f'sito-{meter}', 'site', parent, place[0], place[1], name)
    people.metered(meter, COOPERATIVE[0], f'sito-{meter}', tuple(uses), tuple(makes), name)
