/** Words that may precede an English noun, although no table lists them. */
export const quality: RegExp =
  /^(?:little|huge|giant|old|new|ugly|dirty|wooden|parked|striped|plastic|metal|broken|annoying|random|distracting|weird|shiny|round|long|short|tall|fat|sleeping|sitting|standing|walking|running|empty|pretty|cute|unwanted|stupid|damn|bloody|blurry|two|three|four|five|several|few|couple|pair|stray|nasty|messy|bright|dark|light|young|wild|floating|hanging|flying|lying|crossing|elderly|foreground|electric|electrical|overhead|outer|inner|other|extra|single|lone|main|same|entire|whole|unnecessary|wet|dry|huge|power|birthday|fallen|dead|visible|ceramic|fluffy|fuzzy|furry|adorable|silly|awful|horrible|hideous|rusty|abandoned|vintage|modern|fancy|certain|specific|particular|actual|photobombing|leftmost|rightmost)$/

/** Quantity words before `of`. */
export const collective: RegExp =
  /^(?:clutter|bunch|group|pile|pair|row|lot|lots|bit|piece|pieces|couple|set|line|stack|heap|patch|part|rest|sea|mess|kind|sort|cluster|flock|herd|bundle|tangle|number|all|half|each|one|some|both|material|texture|surface|finish|fabric|shade|hue)$/

/** Modifiers after a noun. */
export const relating: RegExp =
  /^(?:wearing|holding|next to|beside|near|under|over|above|below|behind|between|carrying|riding|standing|sitting|walking|lying|hanging|parked|in front of|across|against|crossing|flying|running|sleeping|that says|saying|reading|facing|looking|leaning|playing|swimming|eating|drinking|with|around|inside|outside|along|through|beneath|underneath|atop|closest to|nearest to|touching|that|which|who)$/

/** Clothing, whose colour may identify a person. */
export const worn: ReadonlySet<string> = new Set(
  'shirt,t-shirt,dress,jacket,suit,clothes,pants,hat,shoe,scarf,apron,glove,sock,glasses'.split(','),
)
