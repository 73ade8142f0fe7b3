import type { Language } from "./roles.ts";

export const english: Language = {
  units: "zero|oh|o|nil|naught|nought|zip one two three four five six seven eight nine",
  teens: "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
  tens: "twenty thirty forty|fourty fifty sixty seventy eighty ninety",
  hundreds: "",
  hundred: "hundred",
  thousand: "thousand",
  repeat: "double|twice triple|treble|thrice quadruple",
  and: "and",
  at: "at",
  dot: "dot period",
  underscore: "underscore underline",
  slash: "slash",
  dash: "dash hyphen minus",
  connect: "then and next followed by plus space after that finally",
  phoneCue:
    "call ring text txt phone telephone number numbers mobile mob cell cellphone tel contact reach dial digits whatsapp landline sms message msg no fone num",
  codeCue:
    "order booking booked ref reference tracking parcel invoice ticket code codes pin voucher confirmation postcode zip account serial model policy iban isbn card reg plate flight item listing case reservation receipt passport licence license coupon password passcode otp sku barcode consignment transaction payment amount claim permit membership customer ean vin asin imei lot batch",
  label:
    "flat room house unit apt apartment door floor gate platform bus bay seat row size block suite bell ring box level terminal stop train tram line zone exit junction aisle table page chapter step no nr number plot lane dock building tower stairs staircase height width depth weight width mileage age",
  unit: "am pm a.m p.m min mins minute minutes h hr hrs hour hours sec secs seconds day days week weeks month months year years yr yrs pounds pound quid gbp eur euro euros usd dollar dollars bucks cents pence yen kr cm mm km m kg g lb lbs miles mile mi ft feet inch inches in litre litres l ml percent people persons adults kids children nights night guests pcs pieces pc times k st nd rd th x items bags rooms beds stars metres meters yards sq sqm gb mb mph kmh degrees volts watts w v kw",
  nameCue: "username user handle id nick nickname name account profile usr tag screenname alias",
  siteCue:
    "site website web page homepage visit url link see check browse online webpage blog shop store portfolio",
  invite: "add find follow search look message msg dm pm hmu hit contact ping text write reach join snap",
  is: "is am as called under its im it's are named goes",
  on: "on via over using through",
  mine: "my mine our ours",
  ordinary:
    "the a an this that these those it he she we you they me him her us them i my your his our their and or but if so not no yes yeah yep ok okay fine thanks thank thx cheers please sorry hi hello hey bye good great nice cool sure well just also too very really now then here there where when what who why how which is am are was were be been being do does did done have has had will would can could should may might must get got go goes going went come came coming see seen look looking looks find found meet meeting call calling called text tell say said know think want need like love use used using make take give let put keep leave left right try ask send sent pay paid buy sell work works working wait waiting stay stop start home house station work school gym office airport hotel park pub bar cafe lunch dinner noon night midnight morning evening today tomorrow tonight yesterday monday tuesday wednesday thursday friday saturday sunday in on at to for from with by of off up down out over under into about after before until till since around near next last first second back front door gate car van taxi driver ride bus train available still already soon later maybe never always again all any some both each every more most much many few one two three better best app apps message messages photo photos picture pictures group chat story account install installed installing download broken great group banned instead anymore first only either mine yours everyone someone nobody anyone nothing something everything everyone people person friend friends family mum dad wife husband kids ad post posts page fine.so site address email mail spam number once because while than though unless whether new old free busy sale price cash card bank online offline delivered reliable easier faster quicker weird rubbish annoying down working blocked closed full empty enough least once ago way place point moment time times day days week hour lol haha wow oh ah um er hmm alright perfect awesome brilliant lovely done deal sorted agreed hacked private public gone dead deleted suspended locked disabled inactive slow linked connected glitching hidden",
};
