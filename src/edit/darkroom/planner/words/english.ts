/**
 * English words that are right as they are, though one slip of the keyboard away from a word that the planner knows:
 * `later` is no `alter`, `three` no `there`. Those of SCOWL's lists up to size 35 of which that is so, and some more.
 */
export const rightWords: ReadonlySet<string> = new Set(
  `abound abounds abused abuses abusing acre actor actress acts addressee addressees advent adverb adverbs afraid
agents aground airing airlines airport alien aliens alive allying alone always angel angle angry animal ankle answer
aperture aping appeal appeals april arcing ardent arenas arise arises arising arm armies arming armor armour army
ashing ask asking asses astray astronaut athlete atones attack attic auction aunt avert averts awing baby back bad
badgers bag baked bakers baking balcony bald balder bale baled baling balloon band bands bank banked banker bankers
banking banner banter banters barbecue bards bared bares baring barley barons barren barrens base based basement
bases bashes basics basing basis basses bathroom batman batter battle battles beach beached beaching beads beard
beast beasts beater became bedroom bedside bedsides beeches been begin being belches belies bellow belly bend best
bets bettor bicker bickers bides biding big binds bird birthday bitches biting bitten bitter blacken blamer blames
blanch blanches blankest blares blazes blended blending blends blight bloat blocs blood blooms blouse bluest bluffed
bluffing bluffs blurts blushes bluster boarder boarders boars boast boasts boat bodices body bomb bondage bone book
booms boot booted booth booths booties booting bordered bordering bore boring born boss botch botches bother bothers
bottom bowed bowels bowing boxers boy boyfriend braided braids brain braked brakes braking bran bras braves breach
breaches breakfast breast brewed bribes bridle bridles brinks brisks broods brooks brother browns brunch brunches
brunt brush brushes brutish budges buffet bugger buggers builds bulldozes bullies bunches bungle bungles burner
burners burred burring bursts bus bushed bushel bushels businessmen butter buttes buy cached caches caching caddies
cake call cameos camera camp cancer cancers candle candy cane caned canes caning cannon cannons canon canons canter
canvas canvassed canvasses canvassing caper capers capped capping carats carbon carbons card care cared carnal carry
cart cartoonist carves case cased cashes casing cast caster casters castes castle castled castling cat causes
caution cautions caved caves cease ceases celebrity cellar cellars cells center certain chafes chance chances chants
charges charity chars charter charters charts chasms chaste chaster cheap cheats checks cheeps cheery chess chest
chiefs chill chills chilly chinks chipper chippers choirs choral chords chose christmas chubby chucks church city
clacks clamps clanks clans clap clarify clasp clasps clatter clatters clean cleanly cleanse cleansed cleanser
cleansers cleansing clearer cleats cleaver cleavers climb climes cloaks clod clods close clouts clover clovers
cloves clowned clowning clowns club clucks cluster clusters coach coast coasted coasting coasts coat cocks code
coffer coffers cold colds colones colons color combed combing comet comets commuter commuters completion composers
compost composted composting composts computes concert concerts cone confetti congeal congeals constriction convent
convents cooing cook cooked cookie cooper coot copier copiers coping copped coppers copping core cornea corneas
cornet cornets coroner coroners corps corpses corral cosmic cost couched couching countess country courser courts
cousin covert coverts coves covets cow cowers crams craned craning crated craters crating craved craves crawl crazes
creaks creeds creeps creepy cremate cremated cremates cremating crests crimes crises crisis crocks croons crossest
crotch crotches crumbles curly currant curses curtail curtails cutter cutters dad daddy dailies dairies dance dancer
danger dangers danker dashes daughter day dead deaths decade decease deceased deceases deceasing decode deep defied
defile deign deplete depleted depletes depleting derail derails deride derive derived derives deriving desert detain
detains devil devise devises dimer dine dingy dinner dinning dinosaur direr discord discords discos discus dish dive
dived diver divers dives diving dock dog doling doming donated donating donors doorman doping dose dosed doses
dosing doted doting douses dozing dragon drawled drawling drawls dreary dress dried dries drink drive drivel drivels
droop droops droves drowned drowning drowns drunks ducking duets dunces duress dwarf dyeing ear earnings earring
earth earthquake eased eases easing east easter eat edicts editing elbow elf email empty enchanted end endure ensue
entice entirety erasers erring essay evened events excerpt excerpted excerpting excerpts exhort exhorts exist exists
exited exiting expend expends expensive experiment expert experts explosion exposure extent extents extort extorts
eye eyeing face facet facets failed failing fairy fakes falter famed family famous farces fares farmed farming
farther fast faster fat father fatten feather feathers feel feller fells festival fetter few fiend fiends fight
filler fillet film filmed filming fine finer finger fireworks firmer first fish fist fitter flag flaming flanks
fleets flied flight flights fling flitted flitting float floods flora floras flours flower flues flukes flutter
fluxes fly flying fogging foiled foiling follow follows foot fore fores forest form formal former forms forth founts
fraying free freezes freshen friday fried friend fright frighted frighting frights frills from fronds front frosts
frown full funeral funny gable gables gallery gamble gambles game gapes garage garages garbed garbing garden gargle
gargles gavel gavels gentile gentry ghost giant gift gifted gifting giggles ginned ginning girl girlfriend givens
glades glazed glazes glazing gloat gloats globes glosses gnus goal goat godzilla goners gonged gonging good goofy
goose goring gowned gowning graces graduation graffito grains grandfather grandma grandmother grandpa grannies
granny graphs grasps grass grasses grates gravest grazed grazes grazing greets grill grin grinds gripes groins
gropes group grovel grovels groves grow growled growling growls guests gun hair hairdo hairstyle haled hales haling
hall halloween hamper hampers hand handed handing handlers hangar hangars hanker hankers happy harbor harbour hard
harems harry harts hashed hashes hashing hasted hastes hasting hat hate haunted havens hazels head header headers
headland headlands healer healers hear hears hearses heart hearth hearths heather heats heaved heaves heaving helmet
here heroes heroin heroins hers high hike hill hippies hisses history hither hoarse hoes hold holed holiday holing
home hone honesty hoot hope hordes horse hose hospital hostel hostels hot hotel hour house hovels how howled howling
hug hugest hunger hungers hurricane husband idea identifiers identities identity igloo impart incense indoor indoors
inert infect infects inject injects inland inspect inspects intensities invent invents invest invests island jangle
jangles jest jingle jingles job juggle juggles july jump june jungle juts keeled keeling keels kid killer kind kinds
king kiss kitchen knacks knee kneeing kneel knight know laboratory laced lacing laded lading ladles lager lake
lances land lander lane lapels larges lasses last lately later lather lathes latter laugh laying lazies leaf leap
learning learns lease leased leases leasing least lefter leg leica lens less lesser lesson lessons lest letter
levees levers libels liberally library lie life lightning like liked likelier likely liking liming line linear
liners lines linger lining lipstick lisp lither little littler littlest live livens livers livest locket lockets
lodger logger loin loins long loom loops loose loosed looses loosing loot loots loped loping lore lose losers losses
lost lot lots lounged lounging louse louses love lovelier lovely loves low lunch lushes magical maker makers makeup
man mane manger mansion many maples maps marathon march market markets marking mars martin massage massages masses
massive mast match mated mates math mating matters medal medals meddle meet men mental menu mermaid meshes metals
meteor meteors metes microscope middle midway milder mind mine minute minutes misses missive missives misuses
misusing moat modes modesty modifiers molest mom mommy monday money month months moose mopes mopped morals more
morons morose mosses most motels mother mourning mouse mousse moustache mouth move movers movie much muddle muscle
muscles mused museum music musing musses mustache mustang muting mystical nail name nation neater neatest neck need
needing needled needles neighbor neighbors neighbour neighbours nephew nest nether neural new news next niceties
niece nikon ninja node noes noose nooses nose nosed nosing nostalgia notching noted noting novice novices nuder
nudes number oasis obscurest ocean odes offend office offices old open opened opening optimism optimist optimists
opts otters oust ousted ouster ousting outdoor outdoors outlive outlives outset outsets outwit outwits overdose
overhear overheard overheat overlap overlaps overtly overtone owning paced paces pacifies pacing packet packets
paddle paddled paddles paddling page pain pained paining pains paint painter palace palate palates palm pamper
pampers pane panes panted panting paper parade pared paring parser parses parson parsons part parts party paste
pastes pates pathos patio patrol patter patters paunch paunchier paunchy pauper paupers pauses pay payed payer
payers paying peaces peals pearls pedals pedant pedants peddle peddles pennant pennants pennies people perches
person persona perspective pest pester pesters pettier petty phone phonograph photo photographed photographing
photographs photons physics picket pickets picture piddle piddles pie piece pieces piecing pier piercing pig pine
pints pirate pitches place placid plague plagues plaice plan planet planets planks plant planted planter planters
play player pleas please pleated pliant pliers plotted plotter plotters plumber plumped plumping plumps plying
poaches poem point pointer pointers pointillism poised poises poising poison polios polite ponder poor poplar
porches port porter porters pose potion potter potters pouches pounds prayer prayers preach preaches precious
prefect present price pricks prides pries primes prince princes princess prize prizes processional processionals
produce produces profess professes project projects prom protector protectors protest protests prowess prying psalms
pulley pulses punker puree purees purplest pursue pursues pushers pusses putts puttying pyramid qualifies qualify
queen quiet quieted quieting quiets quills quilted quilting quitting rabbi rabbis race racking rafted rafting rages
raided raider raiders raiding raisin raisins rally rangers ranted ranting rasher ratted ratting react reacted
reacting reacts read reader readies reading realty reamed reaming rebuilt recipe redden redress reeds reelect
reelects regain regains release relive relives remotest repaid reprint reprints resale resent resents reside resides
restaurant rests retail retails retrieves revere revered reverence reveres reverie reveries revering revile reviles
revise revises revolution revolutions revved revving ribbon rich ridding ride ridged ridges ridging rifle riles
riling rinses risers rising river rivets road robber robing robot rocker rockers rocket roes rogue roof room root
rooter roots rose roster rosters rotted rotting rotund rouses rubier rudder run rustled ruts sacks sacred sad sadden
saddled saddling sades sages sails sales sallow salon saloon salved salves salving sample samurai sanded sanding
sands sane santa sapped sapping satellite sawing saying scalded scalding scalds scalped scalping scalps scandal
scandals scares scarfed scarfs scarred scary school scoops scopes score scores scouts scrabble scram scrams scraped
scraping scrubs scuffs sea seams seared searing sears second see seeing seeped seeping seeps sell selves send senior
serious setters settle settled settles settling sewed sewing sexing shacks shafts shames shape shapes shaping
sharked sharking shatter shatters shavers sheared shearing shears sheave sheaves sheep sheller shield shimmer
shimmers shingle ship shipwreck shirks shirt shocks shoes shoot shoots shop shored shores shoring short shorten
shots shoulder shout shove shoves show showman showmen shrank shred shreds shriek shrieks shrine shrines shrugs
shrunk shuts shutter sick sicker sicking sicks side sidled sidles sidling sifted sifting sifts sight signer silly
simile similes simmer simmers simplex sing singe singer singes sings sinned sinner sinners sinning sipped sipping
sister sit sited siting sitter sitters size skeins skin skipper skippers skits slakes slash slashed slashes slashing
slated slating slaved slaves slaving sleeks sleep sleets slicked slicker slicking slicks slim slimier slings slinks
slitting sliver slopped slopping slow sludge sluice sluiced sluices sluicing slummer slumps smacks small smarts
smell smile smites smocks smother snailing snares snarls sneaks snicker snickers snider sniped sniping snippet
snitch snitches snores snorts snouts snowball snubbed snubbing snuffs sober socking soft soggy solders soldier
solider son song sony soothed soothing sopped sopping sore sorely sores sort sorted sorting sorts soup sowed sowing
space spaceship spades spans spares sparing sparking sparks speaks spears species specked speller spending spends
spices spiderman spitted spitting splice spliced splices splicing spoils spoofs spooks spooky spools spores spouses
spouts sprang sprig spring sprint sprucest sprung spurts sputter sputters squire stacks staffs stage stakes stales
stalks stampede stand standing starred starring start startled startling starve starved starves starving state
stated states stating station stature statures statuses statute statutes staved staves staving stay steals steeps
stems stew sticking stickler sticklers sticks stiffs sting stinger stingers stings stinks stirs stitches stock
stocks stokes stoking stoles stolid stomps stone stoop stoops stop store storing storms story straight straighter
strain strained strains strand stranded stranding strands strayed straying strays street stretch strews strikes
striped striping strove strung stubbed stubbing stuck stumble stumbles stutter stutters subset sued sues suffer
suffers suing sultan summary summer sunday sunning superb superman supper surer swallow swallows swamps swears
sweeps sweeter sweller swifts swigs swim swines swoons swoop swoops sword tacked tacking tacks tails tainted
tainting taints takers tales talker tall tallies tamest tank tanked tanking tanks tarrier tasked tasking taste
tastier tattoo taxi teaches teaks team teamed teaming tease teats telescope tell teller temple tenets tenths than
that theater theatre their them themes then there these they thicken thicket thickets thigh thin think thinker
thinks this thongs thorns thorough those thought thrash thrashes threat threats three threes throbs thumb thumbed
thumbing thumps thunder ticket tidier tiding tier tiers tighten tiled tiling time timely timer timers tinder tinges
tings tinker tinned tinnier tinniest tinning tinny tiny tirade tirades tired titled titling toddles toe tokens tone
tonne tonnes tooled tooling tooted tooting top topographies topography toppled toppling torches tore tornado totems
touch tough tour toured touring town traces tracts traders train trainee trainees traitor traitors traits tramps
travel trawler trawlers trawls treading treads treasure tree trek trial trials tricks tried tries trifle trifles
trip tripe triplet triplets tripos trophy trough trowel trowels truces tsunami tucks tumbles tuned tuning turn
twined twining twins tying type ufo uncle unfits unicorn unload unloads uptight urns vacation vampire vane varnish
varnished varnishes varnishing vase veer vets victor village vine violas violent visit waist wait waits waived
waiver waivers waives waiving wake waked waken wakened wakening wakens waking walk walled walling wallow wallows
wand waned waning want wanting war warier wash washes waters wave wavers wavy way weaker wear wearying weather
weaved weaves weaving wedding week weer weest well were wets whalers what when where whereas which while whiled
whiles whined whines whisper whitest who whole whom whores whose why wide widened widening widest widow widows wife
wilder win winces winded winding wine wined wining wink winner winter wipers wish witch witches wizard woman women
woodies word wore work world worlds worse worst wretch wretches wrings wrist wrists writers writhe writhed writhes
writhing yard year yearns young zombie zone`.split(/\s+/),
)
