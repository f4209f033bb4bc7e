"""Which way to ask, from the settings."""

import random
import ssl
from collections.abc import Callable

from hub.certificaten import bewaak
from hub.clock import Clock
from hub.errors import NietGereed
from services.brp_sync.lo3.postbus import Postbus
from services.brp_sync.stuf.messages import Systeem
from services.brp_sync.volgen.kanalen import Kanaal, Lo3Kanaal, UpdateKanaal, Volgindicaties
from services.brp_sync.volgen.settings import VolgSettings
from services.brp_sync.volgen.stufkanaal import StufKanaal


def maak_kanaal(
    settings: VolgSettings,
    postbus: Postbus | None,
    update_api: Callable[[], Volgindicaties] | None,
    clock: Clock,
    rng: random.Random,
) -> Kanaal | None:
    """The kanaal of `SCHAKEL_BRP_VOLG_KANAAL`, None when there is none; `NietGereed` when a setting is missing."""
    if settings.kanaal == "lo3":
        if postbus is None:
            raise NietGereed("SCHAKEL_BRP_VOLG_KANAAL is lo3, maar SCHAKEL_BRP_LO3_MAP is leeg")
        return Lo3Kanaal(postbus, rng)
    if settings.kanaal == "stuf":
        if settings.stuf_url is None:
            raise NietGereed("SCHAKEL_BRP_VOLG_KANAAL is stuf, maar SCHAKEL_BRP_VOLG_STUF_URL is leeg")
        zender = Systeem(organisatie=settings.stuf_zender_organisatie, applicatie=settings.stuf_zender)
        ontvanger = Systeem(organisatie=settings.stuf_ontvanger_organisatie, applicatie=settings.stuf_ontvanger)
        if settings.stuf_certificaat is not None and settings.stuf_sleutel is not None:
            bewaak("brp_stuf", settings.stuf_certificaat, settings.stuf_sleutel, clock)
        return StufKanaal(settings.stuf_url, zender, ontvanger, clock, _tls(settings))
    if settings.kanaal == "update-api":
        if update_api is None:
            raise NietGereed("SCHAKEL_BRP_VOLG_KANAAL is update-api, maar SCHAKEL_BRP_UPDATE_URL is leeg")
        return UpdateKanaal(update_api)
    return None


def _tls(settings: VolgSettings) -> ssl.SSLContext | None:
    """With whom we speak StUF and how we make ourselves known; None for what the system trusts."""
    if settings.stuf_certificaat is None and settings.stuf_ca is None:
        return None
    try:
        context = ssl.create_default_context(cafile=settings.stuf_ca)
        if settings.stuf_certificaat is not None:
            context.load_cert_chain(settings.stuf_certificaat, settings.stuf_sleutel)
    except OSError as error:
        raise NietGereed(f"het certificaat voor StUF is niet te gebruiken ({type(error).__name__})") from None
    return context
