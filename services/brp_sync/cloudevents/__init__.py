"""CloudEvents that say about whom something changed in the BRP, and seldom what.

`envelop` reads the forms in which they come, `typen` says which types we take, `lezen` makes a signal of one: whose
persoonslijst must be asked for again. The envelope is CloudEvents 1.0 with the NL GOV profile; what is sent in
practice is not always conform, and is taken as long as it is clear about whom it is.
"""

from services.brp_sync.cloudevents.envelop import MAX_BYTES, gebeurtenissen_in, naar_structured
from services.brp_sync.cloudevents.lezen import Afgekeurd, Signaal, lees_gebeurtenis
from services.brp_sync.cloudevents.typen import TYPEN, Aanleiding

__all__ = [
    "MAX_BYTES",
    "TYPEN",
    "Aanleiding",
    "Afgekeurd",
    "Signaal",
    "gebeurtenissen_in",
    "lees_gebeurtenis",
    "naar_structured",
]
