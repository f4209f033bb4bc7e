"""Made-up names of people, streets and places, with the accents, prefixes and lengths that real ones have."""

from typing import Final


def _woorden(tekst: str) -> tuple[str, ...]:
    return tuple(tekst.split())


MEISJES: Final = _woorden(
    "Aaliyah Amélie Anouk Ayşe Beyza Chloé Daniëlle Eléna Elif Emma Esmée Fatima-Zahra Fenna Fleur Gülsüm Hiba Ilse "
    "Isabella Jasmijn Julia Kaja Lieke Liv Lotte Łucja Maëlle Marijke Maud Mila Naïma Nimet Noa Noëlle Nora Olivia "
    "Rhoda Roos Saar Salma Sanne Selin Shanaya Sofía Soraya Tess Tirza Valérie Weronika Yara Yildiz Zeynep Zoë Zuzanna"
)
JONGENS: Final = _woorden(
    "Abdoulaye Adem Ahmad Alexander André Ayoub Bartłomiej Bilal Boaz Bram Brahim Cas Çağlar Daan Dirk-Jan Elías Emre "
    "Fabiën Finn François Gijs Gökhan Hamza Hidde Ibrahim Ivo Jaïr Jens Joël José Jurre Kasper Khalid Kyan Lars Levi "
    "Loïc Luuk Mateusz Mees Milan Mohammed Niek Noël Olivier Ömer Pim Rayan René Ruben Sem Sjoerd Stijn Tygo Xavi Yusuf"
)
VOLWASSEN_VROUWEN: Final = _woorden(
    "Agnieszka Alida Anna Aurélie Barbara Carla Corrie Dina Eefje Ewa Fadoua Fatma Geertruida Hanneke Hélène Iris "
    "Jacqueline Johanna Karin Katarzyna Khadija Linda Loes Maria Marlène Mirjam Najat Nicole Petra Rachida Sabine "
    "Saskia Silvia Sükran Tamara Truus Wendy Wilhelmina Yvonne Zohra"
)
VOLWASSEN_MANNEN: Final = _woorden(
    "Abdelkader Adriaan Ahmet Bart Cornelis Dennis Edwin Erik Farid Frédéric Gerrit Hans Hassan Henk Hüseyin Jan "
    "Jeroen Johannes Karel Krzysztof Marcel Mehmet Michiel Mustapha Niels Paul Pieter Rachid Raymond Ricardo Rob "
    "Sander Sébastien Stephan Theo Tomasz Wesley Willem Wouter Youssef"
)

# (voorvoegsel, geslachtsnaam); an empty voorvoegsel is none.
GESLACHTSNAMEN: Final = tuple(
    (voorvoegsel, naam)
    for voorvoegsel, namen in {
        "": (
            "Akkermans Arslan Bakboord Benaïssa Bijlhout Bouâzza Çelik Dijkgraaf Dobrowolski Elzinga Erdoğan Ferrier "
            "Grietjes Haakstra Hoogkarspel Jönsson Kalverdijk Kołodziej Kooistra Lindhoutsma Maduro Nguyễn Ouwehout "
            "Öztürk Pietersburg Poelgeester Quartel Reuvekamp Şahin Schaapdrift Szymański Tjoe-A-Fat Uytdehaag "
            "Veenhuizen Winklaar Wiśniewski Yıldırım Zandvoorder"
        ),
        "van": "Achterberghe Duinkerken Eemnesse Heuvelrode Katwijkerzand Oosterwolde Rijnsaterveen Zuilekom",
        "de": "Bekker Groene Klompenmaker Molenaar Ruyterkamp Schaapherder Visscher Waardt Zeeuw",
        "van der": "Boomgaard Grachten Heijde Laarse Marelwaard Plas Sluisweide Veldhof Wielen",
        "van den": "Bergeijk Dungenhoek Eikelaar Hoogenbosch Oeverzande",
        "van de": "Kerkhove Pol Velderijke Watering Ven",
        "ter": "Braakhuis Haarink Steegeman",
        "ten": "Cateboom Hoopen Voorde",
        "van 't": "Hoogerhuijs Slotemaker Zandhek",
        "in 't": "Veldhuys Groenewolt",
        "op de": "Beekhof Weegbrugge",
        "el": "Amraouî Bakkali Idrissi Mansouri",
        "de la": "Fuente Peñalver",
        "d'": "Hondtecourt Angremont",
    }.items()
    for naam in namen.split()
)
LANGE_GESLACHTSNAMEN: Final = (
    ("van", "Oldenbarnesteijn tot Rijnsaterwoude-Groenewegen van Duivenvoorderhoek"),
    ("", "Hövell-Papadimitriou Maarschalkerwaard Camminga thoe Schwartzenbergh-Hohenlohe von Langenhoven"),
    ("de", "Vos van Steenwijkerdiep tot Dikninge-Echten en Oosterboerhoven"),
)

STRAATBEGIN: Final = _woorden(
    "Acacia Adelaars Beatrijs Berken Boekweit Brouwers Dahlia Distel Eikelaar Éénhoorn Esdoorn Fluitekruid Goudsbloem "
    "Graan Haver Hertogin Hoef Iepen Jacob-Catsz Kamperfoelie Kastanje Klaver Koolzaad Korenbloem Lijsterbes Linde "
    "Maïs Meidoorn Merel Molenwiek Nachtegaal Notaris Olmen Oranje Papaver Patrijzen Populier Reiger Rogge Rozemarijn "
    "Schipbeek Sleedoorn Spoorbaan Tarwe Tulpen Vennen Vlas Wederik Weide Wielewaal Zeearend Zonnedauw"
)
STRAATEINDE: Final = ("straat", "laan", "weg", "plein", "hof", "dreef", "kade", "singel", "pad", "steeg", "dwarsweg")
LANGE_STRATEN: Final = (
    "Burgemeester van Grootveldhuizen tot Woudenbergheplantsoen",
    "Jonkvrouwe Cunégonde-Élisabeth van Reedestraat",
    "Laan van de Vereenigde Oostendsche Compagnieën",
)
PLAATSBEGIN: Final = ("Nieuw-", "Oud-", "Sint-", "Klein-", "Groot-", "")
PLAATSMIDDEN: Final = _woorden(
    "Aalder Baren Drie Eems Greven Harde Koude Lelie Meer Noorder Ooster Polder Rijns Slij Veen Wester Zand Zuider"
)
PLAATSEINDE: Final = (
    "brug",
    "dam",
    "dijk",
    "drecht",
    "hoven",
    "kerke",
    "loo",
    "oord",
    "recht",
    "veen",
    "wolde",
    "zijl",
)
