#!/usr/bin/env python3
"""schema.py SCHEMA FILE...: each file is one JSON object that the schema allows; exit 1 and the reasons otherwise."""
import json, pathlib, sys
import jsonschema

schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
bad = 0
for name in sys.argv[2:]:
    for e in validator.iter_errors(json.loads(pathlib.Path(name).read_text())):
        print(f"{name}: {'/'.join(map(str, e.absolute_path))}: {e.message[:300]}")
        bad += 1
print(f"{len(sys.argv) - 2} files, {bad} breaches of {sys.argv[1]}")
sys.exit(bad != 0)
