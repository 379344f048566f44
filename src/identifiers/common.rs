//! Words that name nobody, though a sentence, a heading or a title may spell them with a capital letter. Words that are
//! also names, such as hope, grace and mark, are left out on purpose.

/// What any sentence may begin with.
pub const EVERYDAY: &str = "
    a able about above absence absent accept accepted access according account achieve across act action active activity
    actual add addition address adopt advice affect afraid after afternoon afterwards again against age ago agree agreed
    ahead aim air all allow almost alone along already also although altogether always among amount an and anger angry
    another answer anxiety anxious any anybody anyone anything anyway anywhere apart apparently appear appoint approach
    appropriate are area argue argument around arrange arrive article as ashamed aside ask aspect assess assess assume at
    attempt attend attention attitude authority autumn available avoid aware away back bad balance base based basic bath
    be became because become bed bedroom been before beforehand beg began begin behave behaviour behind being belief
    believe belong below beneath benefit beside besides best better between beyond big bit black blame blank block blue
    board body book both bother bottom boundary box brave bread break breakfast breath bridge brief bright bring broad
    broken brought build building built bus busy but buy by cake call calm came camera can cannot capacity car card care
    careful carefully carry cash cat catch caught cause central certain certainly chair challenge change chaos chapter
    chart chat check choice choose city claim class clean clear clearly clock close closely clothes cloud coffee cold
    collect colour combine come comfort comment commit common communicate compare complain complaint complete complex
    concern concerned conclude conclusion condition confidence confident conflict confuse confused connect consent
    consequently consider consistent constant contact contain content context continue control conversation cook cool copy
    core corner correct cost could count country couple courage course cover create critical cry cup curiosity current
    currently cut daily damage danger dark data date day deadline deal dear death debt decide decision decline deep deeply
    defence delay deliver demand deny depend describe description design desk despite detail develop did die difference
    different differently difficult difficulty dinner direct direction dirty disappear disappoint discuss discussion
    distance distress disturb divide do doctor document does dog doing done door doubt down draft draw drawing dream dress
    drift drink drive drop drug dry due during duty each eager earlier early earth ease easier easily east easy eat edge
    effect effective effectively effort eight eighth eighteen either elephant eleven else elsewhere emotion emotional
    emotionally empathy empty encourage end endless energy engage enjoy enough ensure enter entire environment equal
    equally error especially essential even evening event eventually ever every everybody everyone everything everywhere
    evidence exact exactly examine example except exclude excuse exhausted expect expectation experience explain explore
    express extent extra eye face fact factor fail failure fair fairly fall false familiar far fast fault favour fear fed
    feed feedback feel feeling feet fell felt few fewer fifteen fifth fifty fight figure file fill final finally financial
    find fine finish fire firm first firstly fit five fix flat floor flow focus folder follow following food foot football
    for force forest forget forgot form formal former fortunately forty forward found four fourteen fourth frame free
    freedom frequent frequently fresh fridge friday frightened from front frustrated frustration full fully fun function
    fund funding further furthermore future gain game gap garden gate gather gave general generally gentle get give given
    glad glass go goal gone good got gradually great green grew grey grief ground group grow growing growth guess guidance
    guide guilt guilty had half hall hand handle happen happened happily happy hard hardly has hate have having he head
    hear heard heart heat heating heavy held hello help helpful hence her here hers herself hesitate hi hidden high highly
    him himself hindsight his history hit hold holiday home homework honest honestly hopefully hospital hot hour house
    household how however huge human humour hundred hunger hungry hurt i ice idea identify identity if ignore ill imagine
    immediately impact important impossible impression improve in inclusion income increase increasingly indeed
    independent individual influence inform information inside insight instead instinct intend intention interest
    interview into introduce intuition invite involve is issue it its itself job join journey judge judgement jump just
    keep kept key kind kitchen knew know knowing knowledge known labour lack land language large largely last lastly late
    lately later laugh law lay lead learn learned learning least leave led left legal less lesson let letter letting level
    lie life lift light like likely likewise limit line link list listen listening little live living local long look loss
    lost lot loud louder love low luckily lunch machine made main mainly maintain make making many map market matter maybe
    me meal mean meaning meanwhile measure medical meet meeting memory mental mention mess met method middle might mind
    mine minute miss missing mistake mix mobile mode moment money month monthly mood more moreover morning most mostly
    motion mouth move moved moving much music must my myself naming narrow nation national natural naturally nature near
    nearby nearly necessary need needless negative neglect neither nervous never nevertheless new news next nice night
    nine nineteen ninth no nobody noise none nonetheless nor normal normally north not note noted nothing notice noticing
    notify now nowadays number numerous object observation observe obviously occasionally odd of off offer office official
    officially often oh okay old older on once one ones online only onto open opening openly opinion opportunity opposite
    option or ordinary organise original other others otherwise ought our ours ourselves out outcome outside over overall
    overnight overnight own pack page paid pain paint paper paragraph parallel part participation particular particularly
    partly partnership pass past patient pattern pause pay peace pen people per percent perfect perhaps period permission
    person personal personally phase phone photo phrase physical physically pick picture piece place plain plan play
    please plenty plus pocket point police poor poorly positive possible possibly post posture poverty power powerful
    practical prefer prepare present presumably pressure pretend pretty prevent previous previously pride priority private
    privately probably problem process produce progress project promise prompt proper properly protect proud prove provide
    public publicly pull purpose push put quality question quick quicker quickly quiet quietly quite quote race rain raise
    ran random range rapid rarely rate rather reach react reaction read reading ready real realise reality really reason
    recent recently recognise record recording red reduce refer reflect reflecting reflection reflective refuse regarding
    regardless regular regularly relate relation relationship relax relevant relief rely remain remember remind remove
    repair repeat repeatedly reply report request require research resist resource respect respond response responsibility
    rest result return review right risk road role room root round routine rule run rush sad sadly safe safely safety said
    same sat save saw say saying scale scene school score scrap screen second secondly secret section see seeing seem
    seldom self send sense sensitive sent sentence separate series serious seriously serve service set setting settle
    seven several shame shape share shared she shift shock shoe shop short shortly should shoulder shout show shut sick
    side sign silence silent silly similar similarly simple simply since sit situation six sixteen sixth sixty size skill
    sleep slow slowly small smell so sofa soft some somebody somehow someone something sometimes somewhat somewhere song
    soon sorry sort sound south space spare speak speaking special specific specifically speech spend spent spoke spring
    staff stage stair stairs stand standing start state statement station stay step still stomach stone stop story
    straight strange stranger strategy street strength stress strong stronger struggle stuck study style subject success
    such sudden suddenly suggest suit sum sun support suppose sure surely surprise surprised surprising surprisingly sweet
    system table take taken taking talk talking target task taught tea teach team tear technical ten tense tension tenth
    term test text than thank thanks that the their theirs them theme themselves then there thereafter therefore these
    they thing think thinking third thirdly thirteen thirty this those though thought thousand three threshold through
    throughout thus ticket tidy time tiny tired title to today together told tomorrow tone tonight too took tool top topic
    total touch tough toward towards town track traffic train training transition transport travel treat tree trouble true
    truly trust truth try trying tune turn twelve twenty twice two type typical typically ultimately unable uncertain
    uncertainty under underneath understand understanding unfortunately unless unlike until unusual unwell up update upon
    upset upstairs urgent us use used useful usual usually value various version very via view voice vulnerable wait
    waiting walk wall want war warm warmth warning was waste watch watching water way ways we weak weather website week
    weekend weekly weekly weight welcome well went were west wet what whatever wheel when whenever where whereas wherever
    whether which whichever while whilst whisper white who whoever whole whom whose why wide window winter wise with
    within without wonder wondering word work worked working world worried worry worse worst worth would wound writing
    wrong yeah year yellow yes yesterday yet you young your yours yourself zero insurance credit removal excellence
    translate northern southern eastern western north-east reader writer evaluator incredible triple bright fewer";

/// What the profession and its papers spell with capitals: roles, meetings, subjects.
pub const PROFESSION: &str = "
    abuse academic accommodated accountability accountable adolescence adolescent adult advanced adversity affective
    agency agenda aid alcohol alliance allocation ambition analysis anchor annual anonymity anti appendix appreciative
    approved assertive assessed assessor assisted attachment attendance audit autism awareness background behavioural best
    bias boy bullying burden caldicott capability capable care career case caseload ceremony chairing change checklist
    child childhood children chronology circle clinical coach coaching cognitive collaborative community compassion
    competence complexity compliance concurrent conferencing confidentiality congress consultant consultation contextual
    contingency coordinator county courtesy covid crime criminal criminality crisis critically cultural culture curriculum
    customary decolonising delegated democratic department deprivation deputy developmental diary dignity dilemma direct
    director disability disabled disagreement disclosure discharge discrimination dissent district diversity domestic dual
    dynamic dynamics ecological economic education educational educator elective emergency emerging emotion employee
    employer employment engagement enquiry equality equity escalation ethic ethical ethics ethnicity evaluation exclusion
    exit exploitation external facilitator familial family fatherhood female fieldwork finance fostered fostering founding
    framing frontline fundamental gender generic genogram girl good governance government graduate graded grooming hazard
    headline health healthcare healthy hearing holistic honorary hospitality housing humility hypotheses hypothesis
    immigration improvement incident independent induction inequality infant informal infrastructure initial innovation
    inspection inspector inspectorate integrated interagency intensive interim intersectionality intervention intimate
    investigation joint journal journalling junior justice keeping kinship leader leadership leaflet learner legislation
    lens literacy lived log looked lone majesty maltreatment management managerial mandatory masculinity maternal matching
    maternity media mediation membership mentor methodology metropolitan migration minister ministry minority module
    motherhood motivational multi multiagency narrative needs neighbourhood neonatal network neurodiversity newly norm
    notification nursing objective observer officer operational oppression oppressive organisation organisational outline
    outreach overview pack paediatric panel parent parental parenting part participatory pathway peer performance
    permanence perpetrator placement policy political poverty practice practise practitioner prevention primary principal
    privacy privilege probation procedure proceedings professional professionalism profile programme proportionate
    protection protective provider provision psychiatric psychological psychology pupil purposeful qualified qualification
    quarterly racism rapid rationale readiness rebuilding reclaim recommendation reconstruction recovery recruitment
    referral referrer reflexive reflexivity refugee region regional registration regulator rehabilitation relational
    relationship relative reporting representation rescue researcher residential resilience resilient restorative
    retention reunification reunited revised rights rota rounds royal safeguarding safer schwartz scrutiny secondary
    secretary sector secure senior separation serious sessional sexual sibling significant skills social society sociology
    specialist speech spiritual spirituality stability staffing stakeholder standard star statement statutory strand
    strengths structural student subgroup substance summary supervisee supervising supervision supervisor supervisory
    supervise supported supporting sustained symposium systemic tactics teamwork template therapeutic therapy theoretical
    theory thinking timeline trafficking trauma treatment trial triage trustee turnover twin unannounced unborn
    unconscious unit unity value variation vicarious victim vignette violence virtual vision visit visiting visitor
    voluntary volunteer volunteers welfare wellbeing whistleblowing wishes witness women workbook workforce working
    workload workplace workshop worker wraparound young youth youngster";

/// Organisations, services, products and things that are known to everybody.
pub const KNOWN: &str = "
    acas amazon astra audi bmw clio corsa fiesta golf honda hyundai kia nissan peugeot polo renault skoda toyota vauxhall
    volkswagen yamaha android apple asye audible azure barnardo basw bbc bible bing bluesky camhs cafcass caredirector
    carefirst chatgpt childline chromebook citizens copilot coram disney docs dropbox duolingo ebay eclipse ecdp ehcp
    excel facebook facetime firefox foodbank foodbanks fortnite foundations frontline gmail google gov gp greggs guardian
    hmcts ikea instagram internet ipad iphone jobcentre kahoot kooth lego linkedin liquidlogic lloyds mac macbook
    mailchimp mcdonald microsoft mind minecraft miro mosaic netflix nhs nintendo nspcc office ofsted onedrive onenote
    outlook padlet panopto parentline paypal peppa pig pinterest playstation pokemon pokémon powerpoint primark prozac
    quran qur'an qur reddit refuge relate ritalin roblox samaritans samsung sharepoint shelter signal skype slack snapchat
    soundings spotify sure survation switch teams telegram tesco tiktok tinder torah trello tusla twitch twitter uber
    universal unicef unison vinted webex wellcome whatsapp wikipedia windows word xbox youtube zoom";

/// Nations, languages, peoples, beliefs and feasts.
pub const PEOPLES: &str = "
    advent afghan afghanistan africa african albania albanian america american amharic antarctica arab arabic arctic
    armenian ashura asia asian atlantic australia australian austria austrian bangladesh bangladeshi bank belarus belgian
    belgium bengali bible bosnia bosnian brazil brazilian britain british bulgaria bulgarian buddhism buddhist cameroon
    canada canadian cantonese caribbean catholic celtic chile chilean china chinese christian christianity christmas
    church colombia colombian commonwealth congo congolese cornish creole croatia croatian cuba cypriot cyprus czech
    danish dari denmark deaf diwali dutch easter ecuador egypt egyptian eid england english eritrea eritrean estonia
    estonian ethiopia ethiopian europe european farsi filipino finland finnish france french gaelic gambia gambian german
    germany ghana ghanaian god greece greek gujarati gypsy gypsies halloween hanukkah hebrew hindi hindu hinduism holi
    hungarian hungary iceland india indian indonesia indonesian iran iranian iraq iraqi ireland irish islam islamic israel
    israeli italian italy jamaica jamaican japan japanese jew jewish jordanian judaism kashmir kashmiri kenya kenyan korea
    korean kosovan kosovo kurdish kurdistan kurd kuwait kuwaiti latin latvia latvian lebanese lebanon lent libya libyan
    lingala lithuania lithuanian makaton malawi malaysia malaysian mandarin mauritius mediterranean methodist mexican
    mexico minoritised mirpuri moldova moldovan mongolia mongolian moroccan morocco moslem muslim myanmar nepal nepalese
    nepali netherlands nigeria nigerian norway norwegian nowruz oromo orthodox pacific pakistan pakistani palestine
    palestinian pashto passover patois pentecostal persian peru poland pole polish portugal portuguese protestant punjabi
    quaker ramadan rastafarian roma romani romania romanian romany russia russian rwanda rwandan saudi scot scotland
    scottish senegal serbia serbian shabbat shia shona sierra sikh sikhism slovak slovakia slovenia slovenian somali
    somalia spain spanish sudan sudanese sunni swahili sweden swedish swiss switzerland sylheti syria syrian tagalog
    taiwan tamil tanzania thai thailand tibetan tigrinya traveller travellers tunisia turk turkey turkish twi uganda
    ugandan ukraine ukrainian ulster urdu usa vaisakhi vietnam vietnamese wales welsh yemen yemeni yiddish yoruba zambia
    zambian zimbabwe zimbabwean";

/// Those whose ideas the profession reads, and the inquiries that everybody knows; whole names with a low line.
pub const READ: &str = "
    ainsworth argyris arnstein bandura bion borton boud bowlby brearley bronfenbrenner brookfield burnham carper climbie
    climbié dewey driscoll erikson ferguson fook foucault freire freud gardner gibbs howe johns jung klein kolb laming
    lewin maslow mezirow morrison munro piaget rogers rolfe ruch schon schön trevithick turnell vygotsky winnicott
    wonnacott
    andrew_turnell barry_mason chris_argyris christopher_johns david_howe david_kolb donald_schon donald_schön
    donald_winnicott eileen_munro fiona_gardner gary_rolfe gillian_ruch graham_gibbs harry_ferguson jan_fook
    jane_wonnacott john_bowlby john_burnham john_driscoll lord_laming mary_ainsworth stephen_brookfield terry_borton
    tony_morrison victoria_climbie victoria_climbié";

/// Towns and areas of these islands that everybody knows: a place, unless it does what only a person does.
pub const TOWNS: &str = "
    aberdeen ashford aylesbury barking barnet barnsley basildon basingstoke bath bedford bedfordshire belfast berkshire
    bexley birkenhead birmingham blackburn blackpool bolton bournemouth bracknell bradford brent brighton bristol bromley
    buckinghamshire burnley bury calderdale camden cambridge cambridgeshire cardiff carlisle cheltenham cheshire chester
    chesterfield colchester cornwall coventry crewe croydon cumbria darlington derby derbyshire devon doncaster dorset
    dudley dundee durham ealing eastbourne edinburgh enfield essex exeter fulham gateshead glasgow gloucester
    gloucestershire greenwich grimsby guildford hackney halifax hampshire hammersmith haringey harlow harrogate harrow
    hartlepool hastings havering hereford herefordshire hertfordshire hillingdon hounslow hove huddersfield hull inverness
    ipswich islington jersey keighley kensington kent kirklees knowsley lambeth lancashire lancaster leeds leicester
    leicestershire lewisham lincolnshire liverpool londonderry loughborough luton maidstone manchester medway merseyside
    middlesbrough newcastle newham newport norfolk northampton northamptonshire northumberland norwich nottingham
    nottinghamshire nuneaton oldham oxford oxfordshire peterborough plymouth poole portsmouth preston ramsgate redbridge
    redcar rochdale rotherham rutland salford sandwell scarborough scunthorpe sefton sheffield shropshire slough solihull
    somerset southampton southend southwark stafford staffordshire stevenage stockport stockton suffolk sunderland surrey
    sussex sutton swansea swindon tameside telford thurrock torbay tottenham trafford tyneside wakefield walsall
    wandsworth warrington warwickshire watford westminster wigan wiltshire winchester wirral woking wokingham
    wolverhampton worcester worcestershire worthing wrexham york yorkshire";
