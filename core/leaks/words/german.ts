import type { Language } from "./roles.ts";

export const german: Language = {
  units: "null eins|ein|eine|einer zwei|zwo drei|dreie vier funf|fuenf sechs sieben acht neun",
  teens: "zehn elf zwolf|zwoelf dreizehn vierzehn funfzehn|fuenfzehn sechzehn siebzehn achtzehn neunzehn",
  tens: "zwanzig dreissig|dreizig vierzig funfzig|fuenfzig sechzig siebzig achtzig neunzig",
  hundreds: "",
  hundred: "hundert",
  thousand: "tausend",
  repeat: "doppel|doppelt|zweimal|doppelte dreifach|dreimal|dreifache vierfach|viermal",
  and: "und",
  at: "klammeraffe klammeraff aet affenschwanz",
  dot: "punkt",
  underscore: "unterstrich",
  slash: "schragstrich slash",
  dash: "bindestrich strich minus",
  connect: "und dann danach die weiter folgt gefolgt von leerzeichen anschliessend",
  phoneCue:
    "nummer nummern handy handynummer telefon telefonnummer tel ruf rufe anrufen anruf mobil mobilnummer erreichbar erreichst erreichen kontakt whatsapp sms schreib durchwahl festnetz rufnummer melde notiere",
  codeCue:
    "bestellung bestellnummer bestellnr buchung buchungsnummer buchungscode rechnung rechnungsnummer sendung sendungsnummer paket paketnummer auftrag auftragsnummer kennzeichen plz postleitzahl code pin aktenzeichen kundennummer vorgang ticket ticketnummer karte iban konto kontonummer gutschein passwort seriennummer artikelnummer artikel vorgangsnummer referenz flug modell reservierung versicherungsnummer steuernummer tracking",
  label:
    "wohnung zimmer haus hausnummer etage stock tur tuer bus linie gleis platz reihe raum gebaude strasse nr nummer block bahn tram halle tor eingang grosse alter seite tisch halte klingel",
  unit: "uhr euro eur cent min minuten minute stunden stunde std tage tag wochen monate jahre jahr personen erwachsene kinder nachte nacht kg km cm mm m meter liter prozent stuck stueck mal og eg zimmer grad ps kw watt",
  nameCue: "benutzername nutzername benutzer user username name nick nickname profil",
  siteCue: "seite webseite website web homepage besuch besuche link shop url geh gehe schau online laden",
  invite: "such suche finde find add folge folg adde schreib schreibe kontaktiere",
  is: "ist bin heisse heiss als unter lautet heisst",
  on: "auf bei uber ueber im",
  mine: "mein meine meiner meinem",
  ordinary:
    "der die das den dem des ein eine einen einem einer ich du er sie es wir ihr mich dich ihn uns euch ihm ihnen mein dein sein unser euer und oder aber wenn weil dass ob nicht kein keine nein ja doch ok gut danke bitte hallo hi tschuss moin sorry hier da dort wo wann was wer wie warum ist bin bist sind war waren sein haben habe hast hat wird werde werden kann kannst konnen muss musst soll will mochte gehe geht kommen komme kommt mache macht gib gibt nur auch noch schon sehr mehr weniger viel immer nie heute morgen gestern jetzt gleich spater nachher vorher in an am auf im um zu zum zur von vom mit bei nach aus fur uber unter vor hinter neben ohne bis seit haus wohnung tur bahnhof arbeit schule auto strasse preis geld zeit uhr tag woche super klasse perfekt alles nichts etwas jemand niemand besser kaputt gruppe bild foto fotos nachricht konto app verfugbar frei echt leider weiss privat gesperrt geloscht weg gehackt langsam selten meistens",
};
