"""Words of the closed classes in both languages: written with a capital at a sentence's head, they name nothing."""

_WORDS = """
    ich du er sie es wir ihr man mich dich ihn uns euch mir dir ihm ihnen mein dein sein unser euer ihre deine meine
    unsere wer was wen wem wessen welche welcher welches welchen wie wo wann warum wieso weshalb wohin woher wofür
    womit der die das den dem des ein eine einen einem einer eines kein keine keinen keiner dies diese dieser dieses
    diesen jene alle alles allen beide beiden beides manche einige viele wenige mehr mehrere andere anderen jeder
    jede jedes etwas nichts und oder aber denn sondern doch sowie weder noch entweder als wenn falls weil da obwohl
    während sobald solange bis damit ob dass nachdem bevor seit zwischen ohne mit für gegen um durch von vom zu zum
    zur bei beim nach aus auf an am in im ins über unter vor hinter neben ab außer statt trotz wegen laut innerhalb
    außerhalb gegenüber pro je dank samt mitsamt nicht nur auch schon sehr ganz hier dort dann danach davor dazu
    dabei daran darauf dafür darum davon also daher deshalb deswegen trotzdem allerdings außerdem zudem übrigens
    leider gern gerne bitte danke heute morgen gestern jetzt gerade bald immer nie oft manchmal selten zuerst
    zuletzt vielleicht eventuell natürlich klar ja nein so genau etwa rund knapp gut fast ungefähr insgesamt
    zusammen einzeln jeweils sonst wieder alternativ gemeinsam preislich passend ist sind war wäre wären hat haben
    hätte wird werden würde kann kannst können könnte soll sollen möchtest magst willst brauchst suchst nimm schau
    sag melde wähle bestell leg lass probier achte schreib deinen deiner deinem i you he she it we they me him her
    us them my your his its our their mine yours this that these those who whom whose which what where when why how
    a the and or but nor yet if because although while as until since unless whether than of for with without from
    by to at on over under between against within during before after above below about into onto out off up down
    near like per via plus not only just even still already very here there then now today tomorrow yesterday soon
    always never often sometimes maybe perhaps however therefore otherwise instead both all each every either
    neither none some any few many several most more less much other another such same no yes is are were be been
    being has have had do does did will would can could should may might must shall let there's that's it's here's
    what's let's don't isn't aren't can't won't please thanks sorry unfortunately first second third finally
    together altogether compared besides alternatively note take try pick choose want need add throw order returns
    whichever nothing everything anything something nobody everybody returning delivery
"""
CLOSED = frozenset(_WORDS.split())
