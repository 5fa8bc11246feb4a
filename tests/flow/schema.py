#!/usr/bin/python3
"""Holds assets/flow.schema.json and the loader together.

Usage: schema.py FLOW_KEYS SCHEMA TEST_DIR FLOW...
FLOW_KEYS prints the loader's key table; TEST_DIR has good/ and bad/; FLOWs have to validate.
"""
import os
import re
import subprocess
import sys

import jsonschema
import yaml

# Problems that are about shape, so the schema has to see them too.
STRUCTURAL = {
    "bad_id", "bad_number", "cause_without_fix", "cause_without_source", "cause_without_verify",
    "empty_file", "empty_part", "fault_without_cause", "literal_file", "many_lines", "missing_key",
    "not_for_type", "step_with_two_kinds", "step_without_kind", "too_long", "too_many", "twice",
    "unknown_key", "unknown_operator", "unknown_subject", "unknown_word", "wrong_kind", "wrong_type",
}
# Problems of the text or of YAML itself: there is nothing for a schema to look at.
NOT_PARSED = {
    "alias", "anchor", "bad_utf8", "control_character", "duplicate_key", "key_not_text", "merge_key",
    "not_yaml", "second_document", "tag", "too_deep",
}


class Core(yaml.SafeLoader):
    """YAML 1.2 core schema: true and false are the only booleans, there are no dates."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("tag:yaml.org,2002:int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"^[-+]?[0-9]+\.[0-9]+$", "-+0123456789"),
]:
    Core.add_implicit_resolver(tag, re.compile(pattern), list(first))

failures = []


def fail(text):
    failures.append(text)


def load(path):
    with open(path, encoding="utf-8") as f:
        return yaml.load(f, Core)


def compare_tables(rows, schema):
    defs = schema["$defs"]
    places = {}
    words = {}
    limits = {}
    for row in rows:
        what, *rest = row.split(" ")
        if what == "key":
            places.setdefault(rest[0], {})[rest[1]] = rest[2:]
        elif what == "word":
            words.setdefault(rest[0], []).append(rest[1])
        else:
            limits[rest[0]] = int(rest[1])
    for place, keys in places.items():
        properties = set(defs[place]["properties"])
        if place == "check":
            properties.discard("file")  # a parameter that the schema knows more about
        if properties != set(keys):
            fail(f"{place}: schema and loader differ in {sorted(properties ^ set(keys))}")
        required = {k for k, (_, need) in keys.items() if need == "required"}
        if required | ({"source"} if place == "cause" else set()) != set(defs[place].get("required", [])):
            fail(f"{place}: required differs: {sorted(required)} and {defs[place].get('required')}")
        for key, (shape, _) in keys.items():
            check_shape(place, key, shape, defs[place]["properties"].get(key, {}))
    compare_words(words, limits, defs)


def check_shape(place, key, shape, prop):
    ref = prop.get("$ref", "").rsplit("/", 1)[-1]
    kind = prop.get("type")
    good = {
        "label": ref == "label", "line": ref == "line", "prose": ref == "prose", "cond": ref == "cond",
        "word": ref == "id" or "enum" in prop or kind == "string", "int": kind == "integer",
        "map": kind == "object" or ref == "source", "list": kind == "array",
    }[shape]
    if not good:
        fail(f"{place}.{key}: the loader wants a {shape}, the schema says {prop}")


def compare_words(words, limits, defs):
    flow = defs["flow"]["properties"]
    ask = defs["ask"]["properties"]
    pairs = [
        (set(words["operator"]), set(defs["operators"]["properties"])),
        (set(words["input_type"]), set(defs["input"]["properties"]["type"]["enum"])),
        (set(words["order"]), set(ask["order"]["enum"])),
        (set(words["verdict"]), set(defs["end"]["properties"]["end"]["enum"])),
        (set(words["severity"]), set(defs["cause"]["properties"]["severity"]["enum"])),
        (limits["answers"], ask["answers"]["maxProperties"]),
        (limits["checks"], ask["checks"]["maxItems"]),
        (limits["label"], defs["label"]["maxLength"]),
        (limits["prose"], defs["prose"]["maxLength"]),
        (limits["prose"], defs["line"]["maxLength"]),
        (limits["steps"], flow["steps"]["maxProperties"]),
        (limits["inputs"], flow["inputs"]["maxProperties"]),
        (limits["causes"], flow["causes"]["maxProperties"]),
        (limits["choices"], defs["input"]["properties"]["choices"]["maxProperties"]),
        (limits["fix"], defs["cause"]["properties"]["fix"]["maxItems"]),
    ]
    for loader, schema in pairs:
        if loader != schema:
            fail(f"the loader has {loader}, the schema {schema}")


def main():
    flow_keys, schema_path, tests, *flows = sys.argv[1:]
    schema = load(schema_path)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    rows = subprocess.run([flow_keys], check=True, capture_output=True, text=True).stdout.split("\n")
    compare_tables([r for r in rows if r], schema)
    good = [os.path.join(tests, "good", f) for f in sorted(os.listdir(os.path.join(tests, "good")))]
    for path in good + flows:
        for error in validator.iter_errors(load(path)):
            fail(f"{path}: {error.json_path}: {error.message}")
    seen = 0
    for name in sorted(os.listdir(os.path.join(tests, "bad"))):
        problem, ext = os.path.splitext(name)
        if ext != ".yaml" or problem in NOT_PARSED:
            continue
        valid = validator.is_valid(load(os.path.join(tests, "bad", name)))
        if valid and problem in STRUCTURAL:
            fail(f"bad/{name}: the schema accepts what the loader refuses")
        if not valid and problem not in STRUCTURAL:
            fail(f"bad/{name}: the schema refuses it and it is not about shape")
        seen += 1
    print(f"{len(good)} good, {len(flows)} flows, {seen} bad, {len(rows) - 1} rows")
    for text in failures:
        print(text, file=sys.stderr)
    return 1 if failures or seen < 40 else 0


if __name__ == "__main__":
    sys.exit(main())
