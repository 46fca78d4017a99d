"""演练: scenarios, injects, what a trainee did, and how it is scored. Pure, but for ``kept``.

``records`` what a drill is made of · ``loading`` the files that ship · ``from_case`` a drill made
from a past case · ``timeline`` what has come in by now · ``menu`` what can be done and asked ·
``scoring`` · ``parting`` where trainee and system part · ``kept`` the tables in the drill store.
"""
