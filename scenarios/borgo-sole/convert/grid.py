"""The network: from SimBench's buses, lines, switches and transformers to one tree of nodes."""

import collections
import dataclasses
import math

from cast import HAMLET, HAMLET_AT, MEDIUM_VOLTAGE, STREETS, VILLAGE

METRES_PER_DEGREE = 111_320.0
LOW_VOLTAGE_KV = 0.4
MEDIUM_VOLTAGE_KV = 20.0


@dataclasses.dataclass
class Network:
    nodes: list
    # (subnet, bus number) -> the street node that stands for the bus, and where it is drawn
    street_node: dict
    place: dict


def network_of(tables):
    links = links_of(tables)
    transformers = {subnet: tables.of_subnet('Transformer', subnet)[0] for subnet in (VILLAGE, HAMLET)}
    planes = {subnet: plane_of(tables, subnet, transformers[subnet]) for subnet in (VILLAGE, HAMLET)}
    nodes = [{'id': 'cabina-primaria', 'kind': 'substation', 'name': 'Cabina primaria', 'x': -60.0, 'y': 90.0}]
    names = {VILLAGE: ('cabina-borgo', 'Cabina del borgo'), HAMLET: ('cabina-cascine', 'Cabina delle cascine')}
    for subnet, (node, name) in names.items():
        x, y = planes[subnet](transformers[subnet]['nodeLV'])
        ohm = transformer_ohm(tables, transformers[subnet]) + medium_voltage_ohm(tables, links, transformers[subnet])
        nodes.append(
            {'id': node, 'kind': 'transformer', 'parent': 'cabina-primaria', 'ohm': ohm_of(ohm), 'name': name, 'x': x, 'y': y}
        )
    street_node, place = {}, {}
    for street, _, subnet, buses in STREETS:
        for number, bus in enumerate(buses, 1):
            street_node[subnet, bus] = f'{street}-{number}'
            place[subnet, bus] = planes[subnet](bus_id(subnet, bus))
    loads = {row['node'] for table in ('Load', 'RES', 'Storage') for row in tables.rows(table)}
    for street, name, subnet, buses in STREETS:
        for number, bus in enumerate(buses, 1):
            above, ohm = way_up(links, subnet, bus, transformers[subnet]['nodeLV'], street_node)
            label = 'giunto' if bus_id(subnet, bus) in loads else 'armadio'
            x, y = place[subnet, bus]
            nodes.append(
                {
                    'id': f'{street}-{number}',
                    'kind': 'street',
                    'parent': names[subnet][0] if above is None else street_node[subnet, above],
                    'ohm': ohm_of(ohm),
                    'name': f'{name}, {label} {number}',
                    'x': x,
                    'y': y,
                }
            )
    return Network(nodes, street_node, place)


def bus_id(subnet, bus):
    return f'{subnet} Bus {bus}'


def ohm_of(value):
    """Micro-ohms are far below what a cable table knows."""
    return round(value, 6)


def links_of(tables):
    """Lines by their resistance of one conductor, closed switches as 0 ohm."""
    ohm_per_km = {row['id']: float(row['r']) for row in tables.rows('LineType')}
    links = collections.defaultdict(list)
    wanted = (VILLAGE, HAMLET, MEDIUM_VOLTAGE)
    for row in tables.rows('Line'):
        if row['subnet'].startswith(wanted):
            join(links, row, ohm_per_km[row['type']] * float(row['length']))
    for row in tables.rows('Switch'):
        if row['subnet'].startswith(wanted) and row['cond'] == '1':
            join(links, row, 0.0)
    return links


def join(links, row, ohm):
    links[row['nodeA']].append((row['nodeB'], ohm))
    links[row['nodeB']].append((row['nodeA'], ohm))


def way_up(links, subnet, bus, top, street_node):
    """The next bus with a node on the way to the transformer, and the ohms up to it."""
    numbered = {bus_id(at_subnet, number): number for at_subnet, number in street_node if at_subnet == subnet}
    ohms = 0.0
    way = path(links, bus_id(subnet, bus), {top})
    for node, ohm in way[1:]:
        ohms += ohm
        if node in numbered:
            return numbered[node], ohms
    return None, ohms


def path(links, start, goals):
    """The nodes from start to the first of the goals, each with the ohms of the link that reaches it."""
    before = {start: None}
    queue = collections.deque([start])
    while queue:
        node = queue.popleft()
        if node in goals:
            steps = []
            while before[node] is not None:
                origin, ohm = before[node]
                steps.append((node, ohm))
                node = origin
            return [(start, 0.0), *reversed(steps)]
        for other, ohm in links[node]:
            if other not in before:
                before[other] = (node, ohm)
                queue.append(other)
    raise SystemExit(f'{start} is not joined to any of {sorted(goals)}')


def transformer_ohm(tables, transformer):
    """R = pCu (V / S)^2, seen from the low-voltage side."""
    kind = next(row for row in tables.rows('TransformerType') if row['id'] == transformer['type'])
    volt, volt_ampere = LOW_VOLTAGE_KV * 1e3, float(kind['sR']) * 1e6
    return float(kind['pCu']) * 1e3 * (volt / volt_ampere) ** 2


def medium_voltage_ohm(tables, links, transformer):
    """The 20 kV cables up to the substation's busbar, seen from the low-voltage side: R (0.4 / 20)^2."""
    goals = {row['nodeLV'] for row in tables.of_subnet('Transformer', MEDIUM_VOLTAGE)}
    way = path(links, transformer['nodeHV'], goals)
    return sum(ohm for _, ohm in way) * (LOW_VOLTAGE_KV / MEDIUM_VOLTAGE_KV) ** 2


def plane_of(tables, subnet, transformer):
    """Metres east and north of the village's transformer: SimBench's degrees on a plane that touches the earth there."""
    at = {row['id']: (float(row['x']), float(row['y'])) for row in tables.rows('Coordinates')}
    coordinate = {row['id']: row['coordID'] for row in tables.rows('Node') if row['subnet'].startswith(subnet)}
    east0, north0 = at[coordinate[transformer['nodeLV']]]
    x0, y0 = HAMLET_AT if subnet == HAMLET else (0.0, 0.0)
    metres_east = METRES_PER_DEGREE * math.cos(math.radians(north0))

    def metres(bus):
        east, north = at[coordinate[bus]]
        return round(x0 + (east - east0) * metres_east, 1), round(y0 + (north - north0) * METRES_PER_DEGREE, 1)

    return metres
