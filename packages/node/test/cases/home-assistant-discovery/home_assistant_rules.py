"""Home Assistant's own rules for MQTT discovery, from the package `homeassistant` of PyPI.

    home_assistant_rules.py rules            writes what the rules say, as JSON (rules.json)
    home_assistant_rules.py judge FILE       has Home Assistant's own code judge recorded messages (messages.json)
"""

import asyncio
import json
import re
import sys
import tempfile
from importlib.metadata import version

import voluptuous as vol
from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.mqtt import binary_sensor, sensor
from homeassistant.components.mqtt.discovery import TOPIC_MATCHER
from homeassistant.components.mqtt.schemas import (
    DEVICE_DISCOVERY_SCHEMA,
    MQTT_ENTITY_DEVICE_INFO_SCHEMA,
    MQTT_ORIGIN_INFO_SCHEMA,
    SHARED_OPTIONS,
)
from homeassistant.components.sensor.const import (
    DEVICE_CLASS_STATE_CLASSES,
    DEVICE_CLASS_UNITS,
    SensorDeviceClass,
    SensorStateClass,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.template import Template

PLATFORMS = {"sensor": sensor.PLATFORM_SCHEMA_MODERN, "binary_sensor": binary_sensor.PLATFORM_SCHEMA_MODERN}


def keys_of(schema):
    """Names of a schema's keys, and which of them are required."""
    if isinstance(schema, vol.All):
        schema = next(one for one in schema.validators if hasattr(one, "schema"))
    required = sorted(str(key) for key in schema.schema if isinstance(key, vol.Required))
    return {"keys": sorted({str(key) for key in schema.schema}), "required": required}


def rules():
    sensor_classes = {
        str(one.value): {
            "units": sorted((unit if unit is None else str(unit) for unit in DEVICE_CLASS_UNITS[one]), key=str)
            if one in DEVICE_CLASS_UNITS
            else None,
            "stateClasses": sorted(str(state.value) for state in DEVICE_CLASS_STATE_CLASSES.get(one, set())),
        }
        for one in SensorDeviceClass
    }
    return {
        "package": f"homeassistant {version('homeassistant')}",
        "topic": TOPIC_MATCHER.pattern.replace("(?P<", "(?<"),
        "message": keys_of(DEVICE_DISCOVERY_SCHEMA),
        "device": keys_of(MQTT_ENTITY_DEVICE_INFO_SCHEMA),
        "origin": keys_of(MQTT_ORIGIN_INFO_SCHEMA),
        "shared": sorted(SHARED_OPTIONS),
        "platforms": {name: keys_of(schema) for name, schema in PLATFORMS.items()},
        "availability": ["payload_available", "payload_not_available", "topic", "value_template"],
        "availabilityModes": ["all", "any", "latest"],
        "stateClasses": sorted(str(one.value) for one in SensorStateClass),
        "sensorClasses": sensor_classes,
        "binarySensorClasses": sorted(str(one.value) for one in BinarySensorDeviceClass),
    }


def judge(home_assistant, topic, message):
    """Throws where Home Assistant would refuse. @returns components that it takes"""
    prefix, rest = topic.split("/", 1)
    if not re.fullmatch(TOPIC_MATCHER, rest):
        raise vol.Invalid(f"{rest} is no discovery topic")
    DEVICE_DISCOVERY_SCHEMA(json.loads(json.dumps(message)))
    for component in message["components"].values():
        config = dict(component)
        platform = config.pop("platform")
        if not config:
            continue
        config |= {"device": message["device"], "origin": message["origin"]}
        config |= {name: message[name] for name in ("qos", "encoding") if name in message}
        config |= {name: message[name] for name in SHARED_OPTIONS if name in message and name not in config}
        # The schema of a configuration file: unlike discovery's it refuses keys that it does not know.
        PLATFORMS[platform](config)
        for name in ("value_template", "last_reset_value_template"):
            if name in config:
                print("   ", config["unique_id"], "makes of 1234:", Template(config[name], home_assistant).async_render({"value": "1234"}))
        device_class, state_class = config.get("device_class"), config.get("state_class")
        if platform == "sensor" and state_class is not None:
            allowed = DEVICE_CLASS_STATE_CLASSES.get(device_class)
            if allowed is not None and state_class not in allowed:
                raise vol.Invalid(f"{device_class} has no state class {state_class}")
    return len(message["components"])


async def judge_all(path):
    """Templates are checked by a running Home Assistant, so an empty one is started."""
    with tempfile.TemporaryDirectory() as folder, open(path, encoding="utf-8") as file:
        home_assistant = HomeAssistant(folder)
        for topic, message in json.load(file).items():
            print(topic, "taken,", judge(home_assistant, topic, message), "components")
        await home_assistant.async_stop(force=True)


if __name__ == "__main__":
    if sys.argv[1] == "rules":
        print(json.dumps(rules(), indent=2, ensure_ascii=False))
    else:
        asyncio.run(judge_all(sys.argv[2]))
