// First names, of the kind that a small model soon makes up itself.

export const names =
  `aaliyah aaron abdul abigail abraham ada adam adela adele adrian adriana agata agnes agnieszka ahmed aida
aiko ainhoa aisha akira alan alana alba albert alberto alessandra alessio alexander alexandra alexis alfred ali alice alicia alina
alisa alma aloisia alva alvaro amalia amanda amara amelia amin amina amira amy ana anastasia anatol anders andrea andreas andrei
angela angelo anika anita anke anna annika anselm antje antoine anton antonia antonio anya aoife arianna ariel arjun armin arne
arthur arturo arvid asha astrid athena august aurelia aurora axel ayesha ayla azra barbara bastian beatrice beatrix bela belinda
benedict benjamin bernard bernadette bertha bettina bianca birgit bjorn bogdan boris brenda brendan brian bridget brigitte bruno
camila camille carina carl carla carlos carmen carolina caroline casimir caspar catherine cecilia celia celine chandra charlotte
chiara chloe christa christian christina christopher ciara claire clara claudia claudio clemens colette conrad constance cordelia
corinna cornelia cosima cyril dagmar damian daniel daniela daria darius david deborah deepa delia denis derek desmond diana diego
dieter dimitri dina dmitri dolores dominic donald dora doris dorothea douglas duncan edda edgar edith eduardo edward edwin eileen
elaine eleanor elena eleonora elias elif elijah elin elisa elisabeth elise elizabeth ella ellen elsa elsbeth elvira emil emilia
emily emma enrico enzo eric erika ernest esme esther ethan eugene eugenia eva evelyn ezra fabian fabienne farah fatima felicia
felix ferdinand fernanda filip fiona flavia flora florence florian frances francesca francis francisco frank franz freda frederick
frida fritz gabriel gabriela galina gareth gemma genevieve geoffrey george georgia gerald gerda gertrude giacomo gianna gideon
gilbert giovanni gisela giulia gloria gonzalo gordon grace graham greta gudrun guido gunnar gustav gwen hana hannah hans harald
harold harriet haruto hassan heather hector heidi helen helena helga henrik henry herbert hermann hilda hiroshi holger holly hugo
hussein ian ibrahim ida ignacio igor ilse imani imogen ines inga ingrid irena irene iris irma isaac isabel isabella isak ismail
ivan ivana ivy jacob jacqueline jakub james jamila jan jana jane janek janet jasmine jason javier jean jelena jens jeremy jerome
jessica joan joanna joaquin johan johanna john jonas jonathan jorge josef joseph josephine joshua judith julia julian juliette
julius justin kaede kai kamila karen karim karin karl karla katarina kate kathleen katja kazuo keiko kelvin kenji kenneth kerstin
kevin khadija kiara kilian kirsten klara klaus konrad konstantin kristin kurt lara lars laszlo laura laurence lea leah leander
leila lena leo leon leona leonard leonie leopold leticia lidia lilian lina linda linus lionel lisa livia logan lorena lorenzo
louis louisa lotte lucas lucia luciana lucy ludwig luis luna lydia mabel madeleine magda magnus maja malik manuel manuela marc
marcel marcus margaret margarita maria mariam marie marina mario marion marius marlene marta martha martin martina mary mathilda
mathis matteo matthew matthias maud maurice max maxim maya meera mehmet melanie melissa mercedes meredith michael michelle miguel
mikhail mila milan milena mina mira miranda miriam mohamed moira monica morgan moritz muriel myra nadia nadine nadja naomi natalia
natasha nathan nazir neil nelly nia nicholas nicole niklas nikolai nils nina noah noel nora norbert norman octavia odette olaf
oleg olga olive oliver olivia omar oscar otto pablo paloma pamela paolo patricia patrick paul paula pauline pedro penelope peter
petra philip philippa phoebe pia pierre priya quentin quinn rachel rafael raisa ralph ramona raoul rasmus raymond rebecca regina
reiner renata rene rhea ricardo richard rita robert roberta robin roderick rodrigo roger roland roman romy rosa rosalind rose
rowan ruben rudolf rufus rupert ruth sabine sabrina sakura salma salome samira samuel sandra sanjay santiago sara sarah saskia
scarlett sebastian selma serena sergei sergio seth shirin sibylle sidonie siegfried sienna sigrid silas silvia simon simone sofia
solveig sonia sonja sophie stanislav stefan stella stephanie susan susanna suzanne sven svetlana sylvester tabea tamara tanja tara
tatiana teresa thea theo theodora theresa thomas tilda timothy tobias tomas torsten tristan ulrich ulrike ursula valentin valentina
valerie vanessa vera verena veronica victor victoria viktor vilma vincent viola virginia vivian vladimir walter wanda wendy werner
wilhelm william wilma winifred xavier yara yasmin yolanda yoshi yusuf yvette yvonne zachary zara zelda zoe zofia zora`
    .split(/\s+/)
    .join('\n')
    .concat('\n')
