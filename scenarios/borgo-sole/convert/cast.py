"""Who lives where in Borgo Sole: names and roles given to the connection points of two SimBench grids.

Every name is invented. Buses are written as SimBench numbers them: 14 is "LV4.101 Bus 14" in the village.
"""

VILLAGE = 'LV4.101'
HAMLET = 'LV1.101'
MEDIUM_VOLTAGE = 'MV1.101'

# Streets in the order in which houses are numbered: id, name, subnet, buses away from the transformer.
# A bus without a load is a cable distribution cabinet.
STREETS = [
    ('via-mulino', 'Via del Mulino', VILLAGE, [15, 31, 20, 9, 2]),
    ('via-fonte', 'Via della Fonte', VILLAGE, [5, 26, 18, 35]),
    ('via-tigli', 'Via dei Tigli', VILLAGE, [14, 12, 1, 29, 7, 33, 28]),
    ('via-acacie', 'Via delle Acacie', VILLAGE, [8, 11, 19, 34, 3, 10]),
    ('vicolo-gelsi', 'Vicolo dei Gelsi', VILLAGE, [17, 4, 6, 13, 25]),
    ('via-noci', 'Via dei Noci', VILLAGE, [21, 16, 24, 30, 23, 22]),
    ('viale-mercato', 'Viale del Mercato', VILLAGE, [36, 37, 38, 39]),
    ('via-palestra', 'Via della Palestra', VILLAGE, [40, 41]),
    ('piazza-scuola', 'Piazza della Scuola', VILLAGE, [42, 43, 44]),
    ('strada-cascine', 'Strada delle Cascine', HAMLET, [2, 9, 13]),
]

# The hamlet stands 1.3 km from the village in SimBench's plane; it is drawn nearer, so that a map shows both.
# Metres from the village's transformer to the hamlet's.
HAMLET_AT = (330.0, -250.0)

# Connection points whose one household load is that of a small house with several flats: the share of each flat.
FLATS = {
    17: (0.31, 0.27, 0.23, 0.19),
    8: (0.40, 0.33, 0.27),
    3: (0.56, 0.44),
    10: (0.54, 0.46),
    13: (0.52, 0.48),
    16: (0.55, 0.45),
}

# Everybody who is not a household: bus -> member id, member kind, member name, meter id, meter name.
OTHERS = {
    (VILLAGE, 2): ('falegnameria', 'business', 'Falegnameria del Mulino', 'falegnameria', 'Falegnameria'),
    (VILLAGE, 36): ('bottega', 'business', 'Bottega del Mercato', 'bottega', 'Bottega'),
    (VILLAGE, 37): ('albergo', 'business', 'Albergo della Meridiana', 'albergo', 'Albergo'),
    (VILLAGE, 38): ('emporio', 'business', 'Emporio Agrario', 'emporio', 'Emporio'),
    (VILLAGE, 40): ('trattoria', 'business', 'Trattoria della Palestra', 'trattoria', 'Trattoria'),
    (VILLAGE, 41): ('comune', 'municipality', 'Comune di Borgo Sole', 'palestra', 'Palestra comunale'),
    (VILLAGE, 42): ('farmacia', 'business', 'Farmacia della Piazza', 'farmacia', 'Farmacia'),
    (VILLAGE, 43): ('comune', 'municipality', 'Comune di Borgo Sole', 'scuola', 'Scuola'),
    (VILLAGE, 44): ('comune', 'municipality', 'Comune di Borgo Sole', 'municipio', 'Municipio'),
    (HAMLET, 2): ('cascina-rondine', 'business', 'Cascina della Rondine', 'cascina-rondine', 'Cascina'),
    (HAMLET, 9): ('cascina-olmo', 'business', "Cascina dell'Olmo", 'cascina-olmo', 'Cascina'),
}

COOPERATIVE = ('cooperativa', 'cooperative', 'Cooperativa Sole Comune')
# The plant on the roof of the sports hall belongs to the cooperative and has a connection of its own.
SHARED_PLANT_BUS = (VILLAGE, 41)
SHARED_PLANT = ('impianto-palestra', 'Impianto fotovoltaico sulla palestra')
# The charging post beside the house at this bus is the cooperative's too.
CHARGING_POST_BUS = (VILLAGE, 20)
CHARGING_POST = ('colonnina-mulino', 'Colonnina di ricarica di Via del Mulino')

CHARTER = {
    'version': 1,
    'rule': 'neighbour-first',
    'creditPerKwh': {
        'home': '0.09',
        'building': '0.1',
        'street': '0.11',
        'transformer': '0.12',
        'substation': '0.13',
    },
    'gridBuyPerKwh': '0.28',
    'gridSellPerKwh': '0.06',
    'limit': '100',
}
