"""Runs the Python peers of the benchmark: one question a line on the input, one answer a line on the output."""
import json
import logging
import sys
import time

logging.disable(logging.CRITICAL)
STEP = 16


def rate(act, ms):
    begun = time.perf_counter()
    times = 0
    while (time.perf_counter() - begun) * 1000 < ms:
        for _ in range(STEP):
            act()
        times += STEP
    return times / (time.perf_counter() - begun)


def specification(text):
    """The one that the telegram's own version asks for."""
    from dsmr_parser import telegram_specifications as known
    if "0-0:96.1.4(" in text:
        return known.BELGIUM_FLUVIUS
    if "1-3:0.2.8(5" in text:
        return known.V5
    if text.rstrip("\r\n\0")[-1:] == "!":
        return known.V2_2
    return known.V4


def parser_of(text, cache={}):
    from dsmr_parser.parsers import TelegramParser
    wanted = specification(text)
    return cache.setdefault(id(wanted), TelegramParser(wanted))


def accepts(text):
    try:
        return len(list(parser_of(text).parse(text))) > 0
    except Exception:
        return False


clients = {}


def modbus(port):
    from pymodbus.client import ModbusTcpClient
    if port not in clients:
        clients[port] = ModbusTcpClient("127.0.0.1", port=port)
        clients[port].connect()
    return clients[port]


def read(client, at, count):
    answer = client.read_holding_registers(at, count=count, device_id=1)
    if answer.isError() or len(answer.registers) != count:
        raise RuntimeError(str(answer))


def answer(question):
    if question["ask"] == "p1-rate":
        text = question["text"]
        parser = parser_of(text)
        return rate(lambda: parser.parse(text), question["ms"])
    if question["ask"] == "p1-accepts":
        return [accepts(text) for text in question["texts"]]
    client = modbus(question["port"])
    return rate(lambda: read(client, question["at"], question["count"]), question["ms"])


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
