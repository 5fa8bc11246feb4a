#!/bin/bash
# What finding a fault costs: the best check each time, over the walks of the NDES flow.  Figures that a change of the flow or of the
# ranking must not exceed; when it makes them better, lower them here.
set -euo pipefail
most_cost=12.6 most_trips=1.12 least_found=96 # per cent
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
"$CASEBOOK" flow test --cost --json flows/intune-scep-ndes.yaml | python3 -c '
import json, sys
c = json.load(sys.stdin)["cost"]
most_cost, most_trips, least = map(float, sys.argv[1:])
cost, trips, found = c["cost"] / c["walks"], c["trips"] / c["walks"], 100 * c["found"] / c["walks"]
walks = c["walks"]
print(f"{walks} walks: mean cost {cost:.2f} (at most {most_cost}), trips {trips:.2f} (at most {most_trips}), found {found:.1f} % (at least {least})")
sys.exit(0 if cost <= most_cost and trips <= most_trips and found >= least else 1)
' $most_cost $most_trips $least_found
