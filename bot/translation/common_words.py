"""Words that look like a form of a name and hardly ever are one, and words that stand around names."""

_COMMON = """
aan achter al alle alles als andere ben bij buiten daar dan dat de den deze die dit doen door dus een eens en er
even gaan gaat geen goed groot groen grote had hebben heeft het hier hij hoe iemand iets ik in is ja jan jong jonge
kan klein kleine kom komt kon kort lang lange maar mee meer met mij mijn moet na naar nee niet nog nu of om onder
ons ook op over rood sinds snel soms te tegen tot uit van vaak veel voor vraag vrij waar was wat weer welk wij wil
wit witte worden zal ze zich zij zijn zo zonder zou zwart boer bakker bos berg dijk
a albo ale ani bez bo by bym byl była było być co czy dla do dobrze gdy go i ich im ja jak jako jest jeszcze już
kiedy kto ktos lub ma maja mam mamy mi mnie może my na nad nam nas nasz nic nie niej nim o od on ona one oni po
pod przed przez przy są się swoje ta tak także tam te tego tej ten to tu tylko tym u w we więc wie za ze z że
marca
an and any are at be but by can come do does for from good had has have he her him his how if in into is it its
just like me more most my no nor not now of on one or our out she so some same than that the their them then there
they this time to too under up us was we were what when which who will with you your may june mark bill will
ab aber alle als am an auch auf aus bei bin bis da das dem den der des die ein eine er es für hat ich ihm ihn ihr
im in ist ja kann man mein mit nach nicht noch nur oder sehr sein sich sie sind so über um und uns von vor war was
wenn wie wir zu zum zur mai
acum al ale am ani ar are au ca când care ce cea cel cu da dacă de din după el ea ei este eu fi iar în la lui mai
mea meu nu o pe pentru prin sa se si și sunt un una unui toate ziua luni marți mara
a al ante como con cuando da de del desde donde dos el ella en entre era es eso esta este ha hay la las le lo los
mal mas más me mi mira muy ni no nos o para pero por que se sin sobre son su también te tu un una uno ve va y ya
ama ana ara bir bu bunu çok da daha de değil diye en gibi hem her için ile ise kadar ki mi mu ne o ona onu şu var
ve ya yok okula evi eve evde evden alan alma ali̇ ama aile
aan ah ay ayaa baa dhan ka kale ku la laga leh loo ma oo si u uu waa wax waxaan iyo in inuu
а або але без би був була було в вже він вона вони до для за з і й його її їх коли ми на не ні но о он по при про
та так те ти то тобто тому у це цей чи що як я дома вдома їм мама тато
аз ако без беше бе в във да до за и или им има как като ли ми на не ни но от по се си с със съм са така те ти той
то това тя че ще кога много мама
"""
COMMON = frozenset(_COMMON.split())
_TITLES = """
juf juffrouw meester meneer mevrouw mevr mw dhr heer mr mrs ms miss sir dr drs ing prof pan pani panu pana panią
pania pana panem frau herr herrn bay bayan hanim hoca ogretmen senor senora domnul doamna пан пані учителка учител
господин госпожа вчителька учителька السيد السيدة الاستاذ الاستاذه المعلم المعلمه መምህር macallin macallimad
opa oma tante oom papa mama tata tato babcia dziadek wujek ciocia
"""
TITLES = frozenset(_TITLES.split())
_PARTICLES = """
de den der het t van ter ten te op aan in 'n n s von vom zu zur el al la le les los las di da do dos das du des del
della ibn bin bint abu y e en ben st mac mc
"""
PARTICLES = frozenset(_PARTICLES.split())
_SCHOOL_WORDS = """
basisschool school schooltje obs cbs rkbs kbs pcb pcbs ods sbo bs ibs openbare christelijke katholieke rooms
montessori montessorischool dalton daltonschool jenaplan jenaplanschool vrije kindcentrum integraal ikc primary
elementary speciaal basisonderwijs onderwijs brede
"""
SCHOOL_WORDS = frozenset(_SCHOOL_WORDS.split())
