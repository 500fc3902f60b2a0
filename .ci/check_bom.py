#!/usr/bin/env python3
"""Says what is known to be wrong with the libraries of a bill of materials; needs no network.

    check_bom.py BOM ADVISORIES

BOM is in CycloneDX (JSON), ADVISORIES a folder of advisories in the OSV format, as osv.dev offers them for the
ecosystem Maven. The exit code is 1 if one of them names the version of a library, or there are none.
"""

import json
import pathlib
import sys


def known(bom, advisories):
    """A line for each library and advisory that names its version."""
    versions = {f"{part.get('group')}:{part['name']}": part["version"] for part in bom["components"]}
    found = set()
    for advisory in advisories:
        for affected in advisory.get("affected", []):
            name = affected.get("package", {}).get("name")
            if versions.get(name) in affected.get("versions", []) and "withdrawn" not in advisory:
                found.add(f"{name} {versions[name]}: {advisory['id']} {advisory.get('summary', '')}".rstrip())
    return sorted(found)


def main(bom, folder):
    advisories = [json.loads(file.read_text()) for file in sorted(pathlib.Path(folder).glob("*.json"))]
    if not advisories:
        sys.exit(f"There are no advisories in {folder}; it should hold those of osv.dev, *.json.")
    found = known(json.loads(pathlib.Path(bom).read_text()), advisories)
    print("\n".join([*found, f"{len(found)} known, in {len(advisories)} advisories"]))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
