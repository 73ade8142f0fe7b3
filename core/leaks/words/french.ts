import type { Language } from "./roles.ts";

export const french: Language = {
  units: "zero un|une deux trois quatre cinq six sept huit neuf",
  teens: "dix onze douze treize quatorze quinze seize dixsept dixhuit dixneuf",
  tens: "vingt|vingts trente quarante cinquante soixante septante huitante|octante nonante",
  hundreds: "",
  hundred: "cent cents",
  thousand: "mille",
  repeat: "double triple quadruple",
  and: "et",
  at: "arobase arobas arrobas",
  dot: "point",
  underscore: "tiretbas souligne",
  slash: "slash barre",
  dash: "tiret",
  connect: "et puis ensuite apres suivi de enfin espace",
  phoneCue:
    "appelez appelle appeler numero numeros portable tel telephone telephonez mobile fixe joignable contact contactez joindre rappelle rappelez whatsapp texto sms ecrivez ecris note notez",
  codeCue:
    "commande reservation facture colis suivi code reference ref dossier billet carte postal cp immatriculation plaque vol compte iban siret contrat mot passe bon client ticket recu pin serie modele police devis",
  label:
    "appartement appt apt chambre maison etage porte rue batiment bat bus quai voie place rang salle escalier no numero num hall ligne taille page table arret metro age sortie",
  unit: "euros euro eur centimes h heure heures min minutes jours jour semaines mois ans an personnes adultes enfants nuits kg km cm mm m metres litres pour cent fois pieces",
  nameCue: "pseudo identifiant utilisateur user username nom compte profil",
  siteCue: "site web page visitez allez lien boutique blog url voir va",
  invite: "ajoute ajoutez cherche cherchez trouve trouvez suis suivez contacte ecris ecrivez",
  is: "est suis appelle comme sous cest",
  on: "sur via chez",
  mine: "mon ma mes",
  ordinary:
    "le la les l un une des du de d au aux je tu il elle on nous vous ils elles me te se moi toi lui leur mon ton son ma ta sa mes tes ses notre votre et ou mais si ne pas non oui ok merci bonjour salut bonsoir desole pardon svp stp bien bon tres plus moins trop aussi encore deja ici la ou quand quoi qui que comment pourquoi est suis es sont etait ete etre avoir ai as a avons avez ont vais va allons allez vont peux peut pouvez veux veut fait faire dit dis voir vu maintenant demain hier aujourd hui soir matin midi dans en sur sous avec sans pour par chez vers entre avant apres jusque depuis maison gare travail ecole voiture rue porte prix argent temps heure jour semaine mois rien tout tous toute quelque personne parfait super genial accord voila voici ca ce cet cette ces c j n s t qu message photo photos groupe appli application disponible prive pirate bloque supprime souvent",
};
