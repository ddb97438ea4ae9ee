/**
 * How people ask in English, by the class of the wish: verb phrases, which a frame such as "can you …" may go around, and
 * whole sentences. `(a|b)` is one of both, `<slot>` is filled by `wordings.ts`.
 */
export interface Asked {
  readonly verbs: readonly string[]
  readonly sentences: readonly string[]
}

const asked = (verbs: string, sentences: string = ''): Asked => ({
  verbs: lines(verbs),
  sentences: lines(sentences),
})

const lines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '')

/** An up and a down of one property. */
const properties: Readonly<Record<string, readonly [Asked, Asked]>> = {
  brightness: [
    asked(
      `(brighten|lighten|light up|illuminate|lift) (it|this|the (photo|picture|shot|image|whole thing)|<N>|up the <NN>|<N>) (up|a bit|a little|slightly|a touch|some|by <PCT>|)
make (it|this|the (photo|picture|image)|<N>) (a bit |a little |much |way |slightly |)(brighter|lighter|less dark|less gloomy|lit better)
(increase|raise|boost|turn up|bump up|crank|up|pump up) (the |)(brightness|exposure|light|luminosity) (by <PCT>|a bit|a stop|to <PCT>|)
(give|get|let) (it|the photo|<N>) (a bit |)more light (in|)
fix the (underexposure|dark exposure|low light)
expose (it|this) (brighter|higher|one stop more)
(add|put|pour) (more|some) light (on|into|to) (it|<N>|the room|the scene)`,
      `(it|this|the (photo|picture|shot)|<N>) (is|came out|looks|turned out|ended up) (way |far |a bit |much |)(too dark|underexposed|so dark|dim|dark|murky and dark)
(can't|cannot|can hardly|can barely) see (anything|a thing|<N>) (because|since|as) it's (too |so |)dark
(brightness|exposure) (up|+<NUM>|plus <NUM>|higher)
brighter( please|!!|)
the (photo|room|scene) needs (more|some) (light|exposure|brightness)
not enough light (in here|on <N>|in this)`,
    ),
    asked(
      `(darken|dim|turn down) (it|this|the (photo|picture|image|whole thing)|<N>) (a bit|a little|slightly|some|by <PCT>|)
make (it|this|the (photo|picture|image)|<N>) (a bit |a little |much |slightly |)(darker|less bright|dimmer)
(lower|reduce|decrease|turn down|drop|cut|bring down) (the |)(brightness|exposure|light) (by <PCT>|a bit|a stop|to -<PCT>|on <N>|)
tone down the (brightness|glare|light)
(pull|take) (down |)the exposure (down|back|)`,
      `(it|this|the (photo|picture)|<N>) (is|came out|looks|turned out) (way |far |a bit |much |)(too bright|overexposed|too light|glaring)
(brightness|exposure) (down|-<NUM>|minus <NUM>|lower)
darker( please|)
there's (way |)too much light (in|on) (it|this|<N>)`,
    ),
  ],
  contrast: [
    asked(
      `(increase|raise|boost|add|more|up|pump up|bump) (the |some |more |)(contrast|punch) (by <PCT>|a bit|in <N>|)
make (it|the (photo|picture)) (more contrasty|punchier|less flat|stand out with contrast)
(give|get) (it|this|the photo) (more|some|a bit of) (contrast|punch|bite|depth in the tones)
make the (darks darker and the lights lighter|blacks blacker and whites whiter|difference between light and dark stronger)`,
      `(it|the (photo|picture)|<N>) (is|looks|feels) (so |too |a bit |very |)(flat|low contrast|lacking contrast)
contrast (up|+<NUM>|higher|plus <NUM>)
(the tones are|it's all) (so |)(flat and dull|grey and flat)`,
    ),
    asked(
      `(lower|reduce|decrease|less|soften|cut|turn down) (the |)contrast (by <PCT>|a bit|)
make (it|the (photo|picture)) (less contrasty|softer in contrast|less harsh|flatter)
(tame|soften) the harsh (contrast|tones|light and shadow)`,
      `(the contrast is|it's) (too (strong|harsh|high|much)|too contrasty)
contrast (down|-<NUM>|lower|minus <NUM>)
(softer|gentler|lower) contrast`,
    ),
  ],
  saturation: [
    asked(
      `make (it|the colo(u|)rs|<N>|the (photo|picture)) (pop|more (vivid|vibrant|colo(u|)rful|saturated|intense|lively)|richer|stronger|less dull|less faded in colo(u|)r)
(increase|raise|boost|pump up|crank up|up|add|intensify|enhance) (the |more |)(saturation|colo(u|)rs|colo(u|)r intensity|vibrance|vibrancy) (by <PCT>|a bit|of <N>|)
(bring|get) (the |)(colo(u|)rs|colo(u|)r) (out|back|out more|to life)
(saturate|vivify) (it|<N>|the colo(u|)rs) (a bit|more|)`,
      `(the |)(colo(u|)rs|colo(u|)r) (are|look|came out|is) (so |too |a bit |)(dull|drab|weak|pale|bland|muted|boring|grey)
(more|stronger|richer|bolder) (colo(u|)r|colo(u|)rs|saturation|vibrance)( please|)
saturation (up|+<NUM>|higher)
i want (punchy|vivid|juicy|bright|vibrant) colo(u|)rs
(needs|want) more colo(u|)r`,
    ),
    asked(
      `(desaturate|mute|tone down|calm down) (it|the colo(u|)rs|<N>|the (photo|picture)) (a bit|slightly|by <PCT>|)
(lower|reduce|decrease|turn down|cut) (the |)(saturation|colo(u|)r intensity|vibrance) (by <PCT>|a bit|of <N>|)
make (it|the colo(u|)rs|<N>) (less (saturated|colo(u|)rful|vivid|intense|garish|loud)|more muted|more subdued|calmer)`,
      `(the |)colo(u|)rs (are|look) (way |)(too (strong|much|saturated|vivid|loud|garish|intense)|over the top|oversaturated|radioactive)
saturation (down|-<NUM>|lower)
(less|softer|muted) (colo(u|)r|saturation|colo(u|)rs)`,
    ),
  ],
  warmth: [
    asked(
      `(warm|warm up) (it|this|the (photo|picture|tones|colo(u|)rs)|<N>) (up|a bit|a little|by <PCT>|)
make (it|the (photo|picture|light|tones)|<N>) (a bit |a little |slightly |much |)(warmer|less cold|less blue|more yellow|cozier|less cool|more orange)
(increase|raise|up) the (warmth|temperature|colo(u|)r temperature) (by <PCT>|a bit|)
(add|give it) (some |a bit of |more )(warmth|warm tones)
(fix|correct|remove) the (blue|cold) (cast|tint|tone)`,
      `(it|the (photo|picture|light)|<N>) (is|looks|feels|came out) (a bit |too |so |way too |)(cold|blue|bluish|cool|icy)
(warmer|warmth up|warmth +<NUM>)( please|)
i want warmer (tones|colo(u|)rs|light)`,
    ),
    asked(
      `(cool|cool down) (it|this|the (photo|picture|tones|colo(u|)rs)|<N>) (down|a bit|by <PCT>|)
make (it|the (photo|picture|light|tones)|<N>) (a bit |a little |slightly |much |)(cooler|colder|less warm|less yellow|less orange|bluer)
(lower|reduce|decrease) the (warmth|temperature|colo(u|)r temperature) (by <PCT>|a bit|)
(fix|correct|remove|get rid of) the (yellow|orange|warm) (cast|tint|tone|light)`,
      `(it|the (photo|picture|light)|<N>) (is|looks|came out) (a bit |too |so |way too |)(warm|yellow|yellowish|orange)
(cooler|warmth down|warmth -<NUM>)( please|)
i want cooler (tones|colo(u|)rs)
(everything|the whole picture) (looks|is) (yellow|orange) (from|because of) the (lamps|bulbs|indoor light)`,
    ),
  ],
  tint: [
    asked(
      `(remove|fix|correct|neutralize|get rid of) the (green|greenish) (cast|tint|tone|tinge)
(add|put) (a |more )(magenta|pink|purple) (tint|tone|to the tint)
make (it|the (photo|picture)) (less green|more magenta|less greenish|slightly pinker)
shift the (tint|white balance) (toward|towards|to) magenta`,
      `(it|everything|the skin|the photo) (is|looks|came out) (too |a bit |)(green|greenish)
there's a (weird |)green (cast|tint) (on|in) (it|everything|the photo)
tint +<NUM>`,
    ),
    asked(
      `(remove|fix|correct|neutralize|get rid of) the (magenta|pink|purple|purplish) (cast|tint|tone|tinge)
(add|put) (a |more )green (tint|tone)
make (it|the (photo|picture)) (less (pink|magenta|purple)|greener|slightly greener)
shift the (tint|white balance) (toward|towards|to) green`,
      `(it|everything|the skin|the photo) (is|looks|came out) (too |a bit |)(pink|magenta|purple|purplish)
there's a (weird |)(magenta|pink|purple) (cast|tint) (on|in) (it|everything|the photo)
tint -<NUM>`,
    ),
  ],
  shadows: [
    asked(
      `(lift|raise|open up|brighten|lighten|recover|boost|pull up|fill) the (shadows|dark (areas|parts|spots)|blacks) (a bit|by <PCT>|on <N>|)
(bring out|show|get|recover) (more |the |)(detail|details) in the (shadows|dark (parts|areas)|darks)
make the (shadows|dark (parts|areas)) (lighter|brighter|less dark|visible)`,
      `(the |)(shadows|dark areas) (are|look) (too (dark|black|deep)|blocked up|crushed|swallowing everything)
shadows (up|+<NUM>)
can't see (the |any |)details in the (shadows|dark areas)`,
    ),
    asked(
      `(deepen|darken|lower|crush|drop) the (shadows|blacks|dark (areas|parts)) (a bit|by <PCT>|)
make the (shadows|blacks) (darker|deeper|blacker|stronger)`,
      `shadows (down|-<NUM>)
i want (deeper|darker|richer) (shadows|blacks)`,
    ),
  ],
  highlights: [
    asked(
      `(raise|boost|brighten|lift) the (highlights|whites|bright (areas|parts)) (a bit|by <PCT>|)
make the (highlights|whites|bright parts) (brighter|whiter|sparkle)`,
      `highlights (up|+<NUM>)
whites +<NUM>`,
    ),
    asked(
      `(recover|lower|reduce|tame|pull down|bring down|tone down|save|darken|pull back) the (highlights|whites|bright (areas|parts|spots)|blown out (highlights|areas|parts)|hot spots) (a bit|by <PCT>|)
(recover|bring back|get back) (the |some |)(detail|details) in the (highlights|bright parts|clouds)
make the (highlights|bright parts) less (blown|bright|harsh)`,
      `(the |)(highlights|whites|bright areas|clouds) (are|look) (blown out|blown|burnt out|clipped|too (bright|hot))
highlights (down|-<NUM>)`,
    ),
  ],
  clarity: [
    asked(
      `(increase|boost|add|raise|more) (the |some |)(clarity|structure|texture|local contrast|midtone contrast|definition) (by <PCT>|a bit|in <N>|)
(give|bring) (it|<N>) (more|some) (clarity|structure|definition|texture)
(bring out|emphasise|emphasize|enhance) the (texture|structure|details|fine details) (of|in) (it|<N>)`,
      `clarity (up|+<NUM>)
i want (more|crisper) (texture|structure|definition)`,
    ),
    asked(
      `(reduce|lower|decrease|less) (the |)(clarity|structure|texture|local contrast) (by <PCT>|a bit|)
make (it|the texture) (less gritty|less crunchy)`,
      `clarity (down|-<NUM>)
it('s| is| looks) too (crunchy|gritty|over-processed)`,
    ),
  ],
  sharpness: [
    asked(
      `(sharpen|crisp up|crispen) (it|this|the (photo|picture|image|details|edges)|<N>) (up|a bit|a little|by <PCT>|)
make (it|this|the (photo|picture|image)|<N>) (a bit |much |)(sharper|crisper|less blurry|clearer|less soft|more in focus|not blurry)
(fix|remove|reduce|get rid of|correct) the (blur|blurriness|softness|motion blur|camera shake|bad focus)
(increase|boost|add) (the |)(sharpness|sharpening|acutance) (by <PCT>|)
(unblur|deblur|refocus|focus) (it|this|the (photo|picture)|<N>)
bring (it|<N>) into focus`,
      `(it|this|the (photo|picture|shot)|<N>) (is|came out|looks|turned out) (a bit |too |so |kinda |)(blurry|soft|out of focus|fuzzy|unsharp|not sharp)
(sharper|sharpness up|sharpness +<NUM>)( please|)
my hands were shaking (and it's blurry|so it's soft|)`,
    ),
    asked(
      `(soften|blur) (the whole (photo|picture)|the (edges|details) a (bit|little)|it (slightly|a touch))
make (it|the (photo|picture)) (softer|less sharp|a bit soft|less crisp)
(reduce|lower|decrease|turn down) (the |)(sharpness|sharpening|oversharpening) (by <PCT>|)`,
      `(it's|the photo is|it looks) (too sharp|oversharpened|over sharpened)
sharpness (down|-<NUM>)`,
    ),
  ],
  noise: [
    asked(`(add|put|more) (digital |sensor |)noise (to (it|the photo)|)`),
    asked(
      `(denoise|de-noise|clean up|smooth out) (it|this|the (photo|picture|noise|grainy parts)|<N>) (a bit|)
(remove|reduce|get rid of|clean|fix|take out|kill|lower) (the |this |all the |)(noise|iso noise|graininess|grain|speckles|colo(u|)r noise|digital noise) (a bit|in <N>|)
make (it|the (photo|picture)) (less (noisy|grainy)|cleaner without noise)`,
      `(it|this|the (photo|picture|sky)|<N>) (is|came out|looks) (so |too |very |a bit |)(noisy|grainy|full of noise|speckled)
(high iso|iso \\d\\d00|night shot|low light), (lots of|too much) (noise|grain)
noise reduction( please|)`,
    ),
  ],
  haze: [
    asked(`(add|put in) (some |a bit of |a little )(haze|atmospheric haze) (in the distance|)
make (it|the (distance|photo)) (hazier|a little hazy)`),
    asked(
      `(dehaze|de-haze|defog) (it|this|the (photo|picture|landscape|mountains)|<N>) (a bit|)
(remove|cut|cut through|reduce|get rid of|clear|lift|clean) (the |this |all the |)(haze|fog|mist|smog|milky veil|haziness) (from <N>|over <N>|a bit|)
make (it|the air|<N>|the view) (clearer|less hazy|less foggy|less misty)`,
      `(it|the (photo|view|distance|horizon)|<N>) (is|looks) (so |too |very |a bit |)(hazy|milky|foggy|misty|smoggy)
(there's|there was) (a lot of |so much |)(haze|smog|mist) (in the air|that day|), (clear it|make it clear|)`,
    ),
  ],
  vignette: [
    asked(
      `(add|put|give it|apply) (a |some |a slight |a soft |)(vignette|vignetting|dark vignette|dark corners|dark edges)
darken the (corners|edges|borders) (of the (photo|picture)|a bit|)
(make|let) the (corners|edges) (darker|fade to black|go dark)`,
      `vignette(| please| +<NUM>)
(dark|darker) (corners|edges)`,
    ),
    asked(
      `(remove|reduce|fix|get rid of|correct|take out) (the |)(vignette|vignetting|dark (corners|edges))
(brighten|lighten) the (corners|edges)`,
      `(the |)(corners|edges) (are|look) (too |)(dark|darker than the middle)
(no|less) vignette`,
    ),
  ],
  grain: [
    asked(
      `(add|put|give it|apply|sprinkle) (some |a bit of |film |fine |heavy |)(film |)grain (to (it|the (photo|picture))|)
make (it|the (photo|picture)) (grainy|grainier|a bit grainy)`,
      `(more|some|fine|film) grain( please|)
grain (up|+<NUM>)`,
    ),
    asked(`(reduce|lower|less) (the |)(film grain)
make it less filmy and grainy`),
  ],
  fade: [
    asked(
      `(fade|wash out) (it|the (photo|picture|colo(u|)rs|blacks)) (a bit|slightly|)
make (it|the (photo|picture|blacks)) (faded|matte|a bit matte|look faded|milky)
(add|apply|give it) (a |some |)(fade|matte (look|finish|effect)|faded (look|blacks))`,
      `(matte|faded) (look|finish|blacks)( please|)
fade +<NUM>`,
    ),
    asked(
      `(remove|reduce|undo|fix) the (fade|fading|washed out look|faded look)
make (it|the photo) (less (faded|washed out|matte))`,
      `(it|the (photo|picture|print)) (is|looks|has) (so |a bit |)(faded|washed out|bleached)
the blacks are (grey|washed out|milky)`,
    ),
  ],
}

/** By class. */
export const english: Readonly<Record<string, Asked>> = {
  ...Object.fromEntries(
    Object.entries(properties).flatMap(([property, [up, down]]) => [
      [`adjust:${property}+`, up],
      [`adjust:${property}-`, down],
    ]),
  ),
  erase: asked(
    `(take|get|wipe|clear) <NS> (off|out of|from) (the|my|our) (<NN>|shot|sunset|view|wedding photo)
(remove|delete|erase|take out|cut out|edit out|get rid of|lose|clean up|take away|photoshop out|zap|wipe|clear|clear away|eliminate|drop|strip|scrub|vanish|hide away|dump|scrap|airbrush out|cancel|banish|crop out by erasing|yeet) (<N>|<N>|<N>|<NS>|<BLOT>|<BLOT>) (<REL>|from (the|my|this) (photo|picture|shot|pic)|out of (the|my|this) (photo|picture|shot|pic)|completely|please|)
(take|edit|photoshop|get|cut|cross|brush|clone|paint) (<N>|<NS>|<BLOT>|him|her|them) out (of (it|this|the (photo|picture|shot|pic|frame))|)
make (<N>|<NS>|<BLOT>|him|her|them) (disappear|vanish|go away|gone|not be there|invisible)
(have|get) (<N>|<NS>|<BLOT>) (removed|gone|erased|deleted|taken out|edited out)
(leave|keep) everything but (without|no) <N>
tidy (up |)(the (table|room|street|floor|desk|background)|away <NS>)
fill in where <N> (is|was|stands)
(clean|remove) the (spot|mark|stain|scratch|dust|writing|text|logo|watermark|caption|date|sticker) (off|from|on|of) (the |my |)(<NN>|photo|lens|wall|shirt)`,
    `<NS>( gone|, gone|, out|: gone)( please| pls|)
(all |any |)(the |)(<PL>|text|writing|logos|stickers) off (the |my )<NN>( please|)
(a|the|some) (<NN>|<BLOT1>) (is|sits|stands|hangs|sticks out|lies|got) (on|in|behind|next to|in front of) (my|the|his|our) (<NN>|shot|photo), (delete|erase|remove|zap|lose|delete it|get rid of it|take it out|out with it)( please| pls|)
(<N>|<NS>|<BLOT>) (has to|have to|needs to|must|should|gotta|can) go( away| please|)
(<N>|<NS>|<BLOT>) (ruins|ruin|spoils|is distracting in|is ruining|doesn't belong in|is in the way in|shouldn't be in) (the|my|this) (photo|picture|shot|view|pic|whole thing)
i (don't|do not) want (<N>|<NS>|<BLOT>) (in|on|there|in there|in the (photo|picture|shot)|anymore)
(would|it would) (look|be) (so much |)better without (<N>|<NS>|<BLOT>)
no (<PL>|<NN>|<BLOT1>) (please|in the (photo|picture)|)
(there's|there is) (a|some|this) (<NN>|<BLOT1>|stranger|random guy|tourist) (<REL>|in the background|behind (me|us)|), (can it go|lose it|remove it|get it out|take it away|i don't want it)
(someone|somebody|a stranger|some guy|a tourist|a kid|my thumb|a pole|the photographer) (walked|got|stood|is|ran) (into|in|through) (the|my) (shot|picture|frame|photo)
without (<N>|<NS>|<BLOT>)( please|)
(what would it look like|show me how it looks|how would this look) without (<N>|<NS>)
imagine <N> (was|were) never there
(<N>|<BLOT>) - (remove|delete|gone|out)`,
  ),
  recolour: asked(
    `(make|paint|dye|color|colour|recolor|recolour|turn|tint|change|spray|repaint|redo) (<N>|<N>|<NS>|<CLOTH>|<CLOTH>|<HAIR>) (<C>|in <C>|to <C>|into <C>|<C> instead|to a <C> (one|color|tone))
(change|switch|swap|shift|set|alter|convert) the colo(u|)r of (<N>|<NS>|<CLOTH>|<HAIR>) (to|into|for) <C>
(change|switch|swap|turn) the <C> <NN> (to|into|for) (a |)<C> (one|)
(give) (<N>|<CLOTH>|<HAIR>) a (<C>|nice <C>|bright <C>) (colo(u|)r|paint job|coat of paint|tone|dye)
(see|try|have|get|want) (<N>|<CLOTH>|<HAIR>) in <C>
(make|see|turn|imagine) (me|her|him|my wife) (a|as a|into a) (blonde|brunette|redhead)
make (his|her|my|the) (tie|dress|shirt|jacket|suit|car|nails|hat) <C> (so it matches <CLOTH>|to match <CLOTH>|like <CLOTH>|)
(make|paint|turn) (<N>|the sky|the water|the grass|the wall) (more like |)(<C>|#87ab12)
give (me|her|him) <C> hair
change <N> from <C> to <C>
(color|colour) <N> #3fa9c2`,
    `(eye|hair|wall|car|dress|skirt) colo(u|)r(:| to| ->) <C>
(gimme|i'd rather have|i want|show me|let me see) (a|the) <C> <NN>( instead| instead of the <C> one|)
(<N>|<CLOTH>|<HAIR>) (should|needs to|must|has to|could) be <C> (instead of <C>|instead|not <C>|)
(what|how) would (<N>|<CLOTH>|<HAIR>) look (like |)in <C>
i('d| would) (like|love|prefer) (<N>|<CLOTH>|<HAIR>) (in <C>|<C>|to be <C>)
<C> (<NN>|hair|shirt|dress|car) (instead|please|instead of <C>)
(<NN>|<CLOTH>) -> <C>
(<NN>|shirt|hair|color of <NN>): <C>
(<N>|<CLOTH>) in <C> (would be nice|please|if possible)
can (<N>|<CLOTH>) be <C>
we('re| are) (thinking of|planning on|considering) painting <N> <C>
(the client|my wife|my boss) wants (<N>|<CLOTH>) in <C>`,
  ),
  material: asked(
    `(make|turn|change|convert|transform) (<N>|<NS>) (into|to|out of|in) <M>
make (<N>|<NS>) (look like|of|out of|look like it's made of|appear to be|from) <M>
(change|replace|switch|set) the (material|texture|surface) of <N> (to|into|with|for) <M>
(cover|wrap|coat|clad|plate|re-cover|upholster|tile) (<N>|<NS>) (with|in) <M>
(give) <N> a <M> (texture|finish|surface|look|material)
render <N> in <M>
have <N> (made|cast|carved|built) (of|out of|in|from) <M>`,
    `(what|how) would <N> look (like |)(in|made of|if it were|as) <M>
<N> (should|must|could) be (made of|made from|out of) <M>
i('d| would) (like|love) <N> (in|made of|to be) <M>
<M> (<NN>|texture for <N>|version of <N>)( please| instead|)
<NN> (as|in|made of) <M>
(<N>|<NN>) -> <M>
can <N> be <M>`,
  ),
  move: asked(
    `(scale|size|blow) <N> (up|down) (by |)(1.5x|2x|20%|half|<PCT>)
(move|shift|slide|push|nudge|drag|bring|put|place|relocate|scoot) (<N>|him|her|me|<NS>) (a bit |a little |slightly |over |further |more |)(to the (left|right|top|bottom|middle|center)|left|right|up|down|higher|lower|closer to the (edge|camera|middle)|to the other side|<NUM> (px|pixels|percent) (left|right|up|down)|into the (middle|center|corner))
(make|scale|shrink|enlarge|resize|blow up|reduce|grow) (<N>|<NS>|him|her) (bigger|smaller|larger|a bit bigger|a bit smaller|twice as (big|large)|half (the|its) size|to <PCT>|by <PCT>|down|up|tinier|huge)
(position|center|centre|place|put) (<N>|him|her) (in the (middle|center)|lower|higher|further (left|right|up|down))
(lower|raise) <N> (a bit|a little|in the frame)
(center|centre|recenter) (<N>|him|her|me|the subject|us)( in the (frame|picture)|)
(put|place|stick|set) <N> in the (top|bottom|upper|lower) (left|right) (corner|of the (photo|frame))`,
    `(<N>|<NN>) to the (top|bottom|upper|lower) (left|right)( corner|)( please| pls|)
<N> (bigger|smaller|larger) by <PCT>
<N> (should|needs to|has to) be (further|more|a bit) (to the (left|right)|left|right|up|down|higher|lower)
<N> (should|needs to) be (bigger|smaller|larger|half as big)
<N> (is|looks) too (small|big|tiny|large|far (left|right|down|up))
(a bigger|a smaller|a larger) <NN>( please|)
i want <N> (bigger|smaller|on the (left|right) side|in the (middle|center))
<N> more to the (left|right|top|bottom|middle)`,
  ),
  obscure: asked(
    `(hide|cover|blur) what('s| is) (on|written on|shown on) (the|my|his) (screen|monitor|paper|phone|document|letter|laptop)
(blur|pixelate|censor|obscure|mosaic|black out|redact|hide|anonymise|anonymize|mask|cover up|cover|scramble|fuzz out|blur out|grey out) (<PRIVATE>|<PRIVATE>|<PRIVATE>|<N>) (out|completely|a lot|for privacy|so (nobody|no one) can (read|see|recognise|recognize) (it|them|her|him)|)
(put|place|add|draw|stick) (a |some |)(mosaic|black (bar|box|rectangle|strip)|blur|pixels|censor bar|pixelation) (over|on|across|on top of) (<PRIVATE>|<N>)
make (<PRIVATE>) (unreadable|illegible|unrecognisable|unrecognizable|blurry|not readable|anonymous)
(protect|hide) the (identity|privacy) of (<N>|the (kids|children|people))`,
    `(nobody|no one|people) (should|must|may|shouldn't) (be able to |)(read|see|recognise|recognize) (<PRIVATE>)
(<PRIVATE>) (must not|shouldn't|can't) be (visible|readable|legible|recognisable|seen|shown)
(<PRIVATE>) (should|must|needs to|have to) be (blurred|censored|pixelated|hidden|covered|blacked out)
(<PRIVATE>) (blurred|pixelated|censored|blacked out)( please|)
(privacy|gdpr|data protection): <PRIVATE>`,
  ),
  'background:blur': asked(
    `(blur|soften|defocus|smooth|fuzz) (the |out the |)(background|backdrop|everything behind (<N>|me|him|her|us)|what's behind <N>|surroundings) (a bit|a little|slightly|more|a lot|out|strongly|)
(add|give it|apply|simulate|create|fake|get) (a |some |)(bokeh|shallow depth of field|portrait mode|depth of field|f/1.\\d|blurred background|blurry background|creamy background|wide aperture) (effect|look|behind (me|<N>)|)
(put|get|throw) the background out of focus
(focus only on|only keep) <N> (sharp|in focus), (blur the rest|the rest blurry)
make (everything (but|except) <N>|the background|all behind <N>) (blurry|blurred|out of focus|soft|fuzzy)`,
    `(background|everything behind <N>) (should be |needs to be |)(blurry|blurred|out of focus|softer)
(bokeh|portrait mode|depth effect)( please|)
like (shot|taken) (with|at) (a |)(f/1.\\d|dslr|fast lens|portrait lens|portrait mode)
the background is (too |)(busy|distracting|sharp|messy), (blur it|soften it)
i want <N> to stand out (from|against) a (blurry|soft) background`,
  ),
  'background:transparent': asked(
    `(remove|delete|erase|cut|strip|take away|get rid of|knock out|drop) the (background|bg|backdrop|whole background)
(cut|clip|isolate|extract|mask) (out |)(<N>|me|him|her|the (person|product|subject|object)) (from the background|as a png|on transparent|)
make the (background|bg) (transparent|see-through|empty|clear)
(save|export|give me) (it|<N>|the subject) (as a png with no background|with alpha|without (the |)background|as a (sticker|cutout|cut-out))`,
    `(transparent|no|empty) (background|bg)( please| png|)
i (only |just |)(need|want) (<N>|the subject|the product) (without (the |any |)background|as a cutout|on transparent)
(png|sticker) (with transparency|with transparent background|of <N>)
(background|bg) (removal|off|away|gone)`,
  ),
  'background:colour': asked(
    `(make|turn|paint|change|set|switch|colo(u|)r) the (background|bg|backdrop|wall behind (me|her|him)) (<C>|to <C>|into <C>|plain <C>|solid <C>|to a solid <C>)
(put|place|set|isolate|cut) (<N>|me|him|her|the (product|subject)) (out |)(on|onto|in front of|against) (a |)(plain |solid |pure |clean |)<C> (background|backdrop|bg|)
(replace|swap|change) the (background|bg|backdrop) (with|for|to) (plain |solid |pure |a |a solid |)<C>
(use|give (it|me|us)|add) a (plain |solid |clean |)<C> (background|backdrop|bg)`,
    `(background|bg)(:| in| ->| should be| =) (plain |solid |pure |)<C>
<C> (background|bg|backdrop)( please| for (my passport|a visa|linkedin|my cv|the shop|amazon|ebay)|)
(passport|id|visa|product|linkedin) (photo|shot|picture)(,| with| needs) (a |)(white|blue|red|<C>) (background|backdrop)
i('d| would) (like|need|want) a (plain |solid |)<C> (background|backdrop) behind (me|<N>)`,
  ),
  'background:gradient': asked(
    `(make|turn|change|set) the (background|bg|backdrop) (a |to a |into a |)gradient (from <C> to <C>|of <C> and <C>)
(use|add|give it|put) a (<C> to <C>|<C>-<C>|<C> and <C>) gradient (behind (<N>|me)|as (the |)background|background)
(replace|swap) the background (with|for) a gradient (from <C> to <C>|of <C> and <C>)`,
    `(background|bg)(:|) (gradient|a gradient) (from |)<C> to <C>
background (fading|blending|going) from <C> (at the top |)(to|into) <C>
<C> to <C> gradient (background|behind <N>)`,
  ),
  'background:backdrop': asked(
    `(change|swap|replace|switch|turn) the (background|backdrop|bg|scenery|surroundings|location) (to|with|for|into|by) <BACKDROP>
(put|place|set|drop|move|transport|teleport|photoshop|take) (<N>|me|us|him|her|the (product|subject|couple)) (in front of|on|in|into|at|to|against) <BACKDROP>
(use|add|give (me|us|it)|have|get) <BACKDROP> (as (the |a |)(background|backdrop)|behind (me|us|<N>|him|her)|in the background)
make it (look|seem) (like|as if) (i'm|we're|she's|he's) (in|at|on|in front of) <BACKDROP>
make the background <BACKDROP>`,
    `(background|bg)(:| =| ->| should be| to) <BACKDROP>
i (want|wish|would like) (<BACKDROP> (behind (me|us)|as background)|to (be|stand|sit) (in front of|at|in|on) <BACKDROP>)
<BACKDROP> (as background|background|behind (me|us|<N>))( please|)
instead of (this|the) (messy |ugly |boring |)(room|wall|background|kitchen), <BACKDROP>`,
  ),
  'background:picture': asked(
    `(use|take|put|set) (the |my |)(other|second|attached|2nd|next) (photo|picture|image|file|one) (as (the |a |)(background|backdrop)|behind (me|us|<N>)|for the background)
(put|place|paste|insert|drop) (<N>|me|him|her) (on|into|onto|in) (the |my |)(other|second|attached|2nd) (photo|picture|image)
(replace|swap|change) the background (with|to|for|by) (the |my |)(other|second|attached|2nd|uploaded) (photo|picture|image|one|file)`,
    `(background|bg): (the |my |)(other|second|attached) (picture|photo|image)`,
  ),
  'replace-text': asked(
    `(change|replace|swap|edit|correct|fix|switch|update|alter|rename) (the (text|word|words|sign|title|name|headline|label|letters|number|date|price|caption|slogan) |)<Q> (to|with|into|by|for) <Q>
make (it|the (sign|text|label|title|banner|poster|shirt|cover|plate)|<N>) (say|read|display|show) <Q> (instead of <Q>|instead|)
(change|edit|set|update|correct|replace) the (text|name|number|date|price|title|year|word|writing|lettering|headline|label|typo) (on <N> |on the (sign|shirt|poster|cake|cup|ticket|door) |)(to|into|with|from <Q> to) <Q>
(let) <N> (say|read) <Q>
(write|put) <Q> (instead of|where it says|in place of) <Q>`,
    `<N> (should|needs to|must) (say|read) <Q> (instead of <Q>|instead|not <Q>|)
(the (sign|text|poster|banner|cake|menu|label)|it|there) (says|reads) <Q>(, but it should (be|say)|, make it|. change it to|, should read|, i want|) <Q>
<Q> (should be|->|=>|instead of|must be|becomes) <Q>
there's a typo(:|,) (it should (be|say|read) |)<Q> (not|instead of) <Q>
(the |)(price|date|year|number|name) (is wrong|changed)(,|:) (make it|should be|it's) <Q>`,
  ),
  'add-text': asked(
    `(write|add|put|place|type|insert|print|stamp|letter|overlay|include|set|superimpose) (the (text|words|caption|title|headline|name|line|slogan) |)<Q> (<TPOS>|in <C>|in (big|small|large|bold|white) (letters|font|type)|on (it|the (photo|picture|image))|)
(caption|title|label|sign) (it|this|the (photo|picture)|this pic) (with |as |)<Q>
(add|put|give it|need) (a |my )(caption|title|headline|watermark|subtitle|heading|text|signature|copyright) (that (says|reads)|saying|reading|with|) <Q> (<TPOS>|)
have it (say|read) <Q> (<TPOS>)
(write|put) (happy birthday|my name|the date|merry christmas|hello|sale|thank you) (<TPOS>|on (it|the photo))`,
    `(text|caption|title|headline): <Q> (<TPOS>|)
<Q> (<TPOS>|as (the |a |)(title|caption|headline))( please| in <C>|)
i('d| would) (like|need|want) (it to say|the words|the text|to have) <Q> (<TPOS>|on (it|the picture))
(it's|this is) for (a|an|my) (birthday card|invitation|poster|flyer|meme|story), (write|put) <Q> (<TPOS>|on it)`,
  ),
  look: asked(
    `(add|put) (a little|a bit of|some|a hint of) (mist|fog|snow|rain|haze) (over|on|above|across|in) (the |)(<NN>|river|valley|street|scene)
(make|turn|change|transform|convert) (it|this|the (photo|picture|scene|image|weather|season|shot)) (into |look like |feel like |to |)(<LOOK>|<LOOK>)
(give|get|lend) (it|this|the (photo|picture)|my (photo|pic|selfie)) (a |that |some |)<LOOKN> (look|vibe|feel|feeling|mood|effect|filter|grade|touch|atmosphere|tone)
(apply|use|put|add|slap on) (a |some |the |)<LOOKN> (filter|look|effect|grade|preset|grading)
<LOOKASK>
<LOOKASK>
(make|have|let) it (snow|rain|be night|be winter|be autumn|look like (evening|morning|winter|summer|autumn|spring|midnight)|look (old|vintage|retro|cinematic|dreamy|moody|professional|antique))
(edit|grade|process|develop|enhance|improve|fix|tweak|optimise|optimize|polish|retouch) (it|this|the (photo|picture|colo(u|)rs)) (so it looks|to look|to be|) (nicer|better|professional|cinematic|like a movie|like a magazine|moody|vintage|great)`,
    `(soft |light |heavy |classic |)<LOOKN> (mood|vibe|tones|feeling|atmosphere|aesthetic|weather)( please|)
<LOOK>( please|!|)
(a |some |)<LOOKN> (look|vibe|feel|filter|mood)( please|)
(like|as if) (it was |)(taken|shot) (at|in|during|on) (night|dusk|dawn|winter|a rainy day|the 70s|the 80s|the fifties|film|kodak|polaroid|an old camera|golden hour|the blue hour|a foggy morning|a stormy day)
i (want|would like|need) (it to look like |it to be |)<LOOK>
(as|like) (in|from) (a movie|an old film|the 1920s|a horror movie|a wes anderson film|the matrix|noir films)
(looks|this looks) (boring|dull|bland|meh), (make it nicer|do something|improve it|enhance it)`,
  ),
  style: asked(
    `(make|turn|convert|change|transform|render|redraw|repaint|reimagine|stylize|stylise) (it|this|the (photo|picture|image|scene)|me|us|my (dog|cat|kid|selfie|house|photo)|<N>) (into |as |in the style of |to |like |look like |in )(a |an |)<STYLE> (style|picture|drawing|)
(draw|paint|sketch|illustrate|ink) (it|this|me|us|my (dog|cat|son|house)|<N>) (like|as|in) (a |)<STYLE>
(give) (it|this|the photo) (a |the |)<STYLE> (style|look|effect|treatment)
(apply|use) (a |the |)<STYLE> (style|filter|effect)
make (it|this|me|the photo) look (hand[- ]drawn|painted|drawn|like it was (painted|drawn|sketched)|like art|sketched|like a painting by (van gogh|monet|picasso|hokusai)|like a (comic|drawing|painting))`,
    `(a |the |)<STYLE> (version|portrait) of (our|my|the|this) <NN>( please|)
<STYLE>( style|)( please|!|)
(a |an |)<STYLE> (version|of (this|it|me|<N>)|style)( please|)
i('d| would) (like|love|want) (this|it|the photo) as (a |an |)<STYLE>
(in|as|like) (a |an |the |)<STYLE> (style|)
(as if|like) (painted|drawn|sketched|made) (by (an artist|hand|a child|van gogh|monet)|with (crayons|chalk|a pencil|oil paint|ink))`,
  ),
  retouch: asked(
    `<RETOUCH>
<RETOUCH>
<RETOUCH>
(smooth|soften|even out|clean up|clear|perfect|fix|airbrush|retouch|touch up|improve) (my|her|his|the|our|their|everyone's) (skin|face|complexion|skin tone|portrait|features)
(remove|hide|erase|heal|clear|cover|get rid of|fix|conceal|reduce|soften|zap) (my|her|his|the|all|these|those|that) (pimple|pimples|acne|zits|spots|blemishes|wrinkles|dark circles|eye bags|bags under (my|the|her) eyes|freckles|shine|oily skin|crow's feet|scars|moles|redness|smile lines|breakouts)
(whiten|brighten|bleach) (my|her|his|the|their) (teeth|smile|eyes|eye whites)
(put|add|give (me|her|him)|apply|do) (some |a bit of |a little |)(red|pink|coral|berry|nude|dark|bright|plum|) ?(lipstick|makeup|make-up|blush|eyeliner|eyeshadow|eye shadow|mascara|freckles|tan|foundation|contour|lip gloss)
make (me|her|him|us|them|the bride|my (mom|face|skin)) (look |)(prettier|younger|less tired|more awake|fresher|tanned|paler|rosier|less shiny|more beautiful|better looking|rested|glowing)
make (my|her|his|the) (skin|face|eyes|lips|teeth|smile|cheeks) (smoother|glow|less shiny|brighter|whiter|softer|redder|rosier|pinker|sparkle|clearer|tanned|less red|paler|warmer)`,
    `(my|her|his|the) (skin|face) (is|looks) (so |too |)(red|oily|shiny|pale|rough|blotchy|grey|tired|bad|uneven|greasy)
(my|her|his|the) teeth (are|look) (so |too |a bit |)(yellow|dark|stained)
(i|she|he) (look|looks) (so |really |very |a bit |)(tired|old|pale|exhausted|washed out|hungover)
(i have|there's|she has) (a (huge |big |)(pimple|zit|spot)|bags under (my|her) eyes|dark circles|bad skin|wrinkles)
(smooth|flawless|glowing|porcelain|clear) skin( please|)
(some|more|a bit of) (life|colo(u|)r|glow|freshness) (in|to|for) (my|her|his) (cheeks|face|skin|lips)
(whiter|white) teeth( please|)
beauty (filter|retouch|mode)( please|)`,
  ),
  'red-eye': asked(
    `(fix|remove|correct|get rid of|repair|eliminate|reduce) (the |my |her |his |their |everyone's |that |)(red[- ]?eyes?|red eye effect|flash eyes|red pupils|glowing red eyes|demon eyes|devil eyes|vampire eyes)
make (the|my|her|his|their) (red eyes|red pupils|pupils) (normal|black|dark|natural|not red)`,
    `(my|her|his|the|their|everyone's|the (dog|cat|baby|kid)'s) (eyes|pupils) (are|came out|look|turned|turned out|glow) (all |so |)red (from|because of|due to|in|with) (the |)flash
(the |)flash (made|gave|turned) (my|her|his|our|their) (eyes|pupils) red
(red[- ]?eye|red eyes)( removal| correction| fix| please|)
(we|i|they|she|he) (all |)(look|looks) like (a |)(vampires?|demons?|devils?|zombies?|terminators?) (because of|with|from) the (flash|red eyes)`,
  ),
  crop: asked(
    `(crop|trim|cut) (it|this|the (photo|picture|image)) (to (a |)(square|<RATIO>|portrait|landscape|instagram format|the (face|subject|middle)|a circle)|tighter|closer|in|down|around <N>|so (only|just) <N> (is|are) (left|visible|in it)|)
(crop|trim|cut|chop|slice|shave) (off|away|out) (the |)(left|right|top|bottom|upper|lower|edges|borders|sides|empty (space|part)|part with <N>) (third|half|quarter|<PCT>|part|edge|side|bit|)
(zoom|close|get|go|punch) (in|closer|tighter) (on|to|around|into) (<N>|my face|her face|the (middle|subject))
(make|cut|get) (it|the photo|this) (to |into |)(a |)(square|<RATIO>|portrait format|tighter crop|4x6|passport size)
(focus|frame|reframe) (it |)(on|around|tightly on) (<N>|the face)
(keep|leave|show) (only|just) (the (left|right|upper|lower) half|<N>|the (middle|center|face)|head and shoulders)`,
    `(16:9|21:9|4:5|1:1|3:2|widescreen|wallpaper) (crop|cut)( please|)
(square|<RATIO>) (crop|format|cut)?( please|)
(there's|there is) too much (sky|floor|ground|empty space|wall|ceiling|grass|room) (at the (top|bottom)|on the (left|right)|above|below|)(, (cut|crop|trim) it|)
(headshot|close-up|tight crop) (of <N>|please|only)
(less|cut the) (sky|floor|foreground|ceiling|headroom)
(crop|ratio|aspect ratio)(:| to| =|) <RATIO>
i need (it|this|the picture) (in|as|at) (a |)(square|<RATIO>)`,
  ),
  rotate: asked(
    `(rotate|turn|spin|tilt|roll|swivel) (it|this|the (photo|picture|image|pic)|) (by |)(90|180|270|45|5|10|3|2|15|<NUM>) ?(degrees|°|deg|) (clockwise|counterclockwise|to the (left|right)|left|right|anticlockwise|cw|ccw|)
(rotate|turn|tip|flip) (it|this|the (photo|picture|image)) (to the (left|right)|left|right|upright|clockwise|counterclockwise|right side up|the right way (up|round)|around|a quarter turn|by a quarter|half a turn|on its side)
(put|turn|get|set) (it|this|the photo|the picture) (upright|right side up|the right way up|on its (side|feet|head))`,
    `(it|the (photo|picture|scan)) (is|came out|got saved|imported|uploaded|shows up) (sideways|upside down|upside-down|on its side|the wrong way (up|round)|rotated|turned)
(90|180|270) (degrees|deg|°)( clockwise| counterclockwise| left| right| please|)
(quarter|half) turn( to the (left|right)| clockwise| please|)
(the |)(scanner|phone|camera) (saved|rotated|turned) it (sideways|wrong|upside down)
why is (it|this) sideways(,|) (turn|rotate) it`,
  ),
  straighten: asked(
    `(straighten|level|align|even out|square up|unslant|untilt) (it|this|the (photo|picture|horizon|image|skyline|building|walls|tower|shot|sea|lines)|out the horizon) (out|up|please|)
make (the |)(horizon|building|tower|walls|verticals|house|lines|it|picture|door|skyline) (straight|level|horizontal|vertical|upright|plumb|not (crooked|tilted|slanted)|less crooked|parallel)
(fix|correct|undo|sort out) (the |this |)(tilt|tilted horizon|crooked horizon|slant|slope|lean|leaning (building|tower)|perspective lean|wonky horizon|skew|dutch angle|camera tilt)
(hold|get) the (horizon|camera) (level|straight)`,
    `(the |)(horizon|photo|picture|building|tower|sea|skyline|wall|house|frame|lake|floor|shelf|door) (is|looks|seems|came out|runs) (a bit |slightly |totally |not |so |all |kinda |)(crooked|tilted|slanted|skewed|wonky|leaning|askew|sloping|level|straight|lopsided|slanting|off|downhill)
(i|my husband|she) (held|was holding|hold) the (camera|phone) (crooked|tilted|at an angle|askew|skewed|wonky)
(it's|everything is) (leaning|sloping|slanting|tilting|falling) to the (left|right)
(tilted|crooked|slanted) (horizon|photo)(, fix| please|)`,
  ),
  'flip:horizontal': asked(
    `(flip|mirror|reverse|invert) (it|this|the (photo|picture|image|selfie)) (horizontally|left to right|sideways|left-right|from left to right|around the vertical axis|so .. text reads right|)
(mirror|unmirror|un-mirror) (it|this|the (photo|picture|selfie|image)) (back|)
(swap|switch|exchange) (the |)(left and right|sides|left and the right side)
make (it|<N>|him|her|me) (face|look) (the other (way|direction)|to the (left|right)) by (flipping|mirroring)`,
    `(mirror image|horizontal flip|mirrored version|flip horizontal)( please|)
(the selfie|it|the photo|my front camera) (is|was|came out|got) (mirrored|reversed|mirror-inverted|flipped)
(the |)(text|writing|letters) (reads|is|are|appears) (backwards|mirrored|reversed)
left should be right`,
  ),
  'flip:vertical': asked(
    `(flip|mirror|reverse) (it|this|the (photo|picture|image)) (vertically|top to bottom|upside down|up-down|up and down|from top to bottom|around the horizontal axis|like a reflection in water)
(swap|switch|exchange) (the |)(top and bottom|top and the bottom|up and down)`,
    `(vertical flip|flip vertical|upside down mirror)( please|)
top should be bottom`,
  ),
  resize: asked(
    `(resize|scale|shrink|downscale|upscale|enlarge|reduce|downsize|downsample|rescale|size) (it|this|the (photo|picture|image|file)) (to |down to |up to |by |)(<PX>|<PX> (wide|high|tall|pixels)|<PX> px (wide|high)|half|half (the |its |)size|double|<PCT>|2x|4x|twice the size|full hd|4k|hd|a quarter|thumbnail size)
make (it|this|the (photo|picture|image|file)) (<PX> (px|pixels) (wide|high|tall)|<PX>x<PX>|smaller|bigger|larger|half as big|twice as (big|large)|small enough (for (email|web|the upload)|to (mail|send))|4k|full hd|high res|higher resolution|hi-res)
(increase|reduce|lower|double|halve|change|set|bring) (the |)(resolution|size|pixel size|dimensions|width|height|image size|file size) (to <PX>|to <PX> px|by half|to half|by <PCT>|)`,
    `(<PX>x<PX>|<PX> ?px|<PX> pixels)( wide| high| please|)
(width|height|size)(:| =|) <PX> ?(px|pixels|)
(it|the (file|photo|picture)) (must|has to|should|needs to|can) (not be|be|be at most|be no) (larger than|bigger than|wider than|max|at most|) <PX> (px|pixels) (wide|high|)
(it|the (file|photo|picture)) is too (big|large|small) (for (email|the (form|website|upload|printer))|to (send|upload|mail))
(upload|form|website|printer) (wants|needs|requires|only takes|accepts) (max |at most |)<PX> ?(px|pixels|x <PX>)
(2x|4x|double size|half size|twice the pixels)( please|)`,
  ),
  extend: asked(
    `(extend|expand|widen|outpaint|uncrop|grow|stretch|continue|enlarge|lengthen) (the |)(canvas|picture|photo|image|background|sky|floor|ground|frame|scene|wall|edges|borders|it|left|right|top|bottom) (to the (left|right|top|bottom)|upwards|downwards|on (all|both) sides|by <PCT>|a bit|outwards|on the (left|right)|side|to <RATIO>|to (a |)square|beyond the frame)
(add|put|give (it|me|us)|create|make|leave|need) (more |some |extra |a bit of |)(space|room|sky|floor|canvas|headroom|margin|picture|background|border|padding|area|grass|air) (above|below|on the (left|right)|around (it|<N>|the photo)|at the (top|bottom)|on (all|both) sides|over (my|her|the) head|to the (left|right)|next to <N>)
(add|put|draw|place|give it) (a |an |)(<C> |thin |thick |wide |)(border|frame|margin|passepartout|edge|polaroid border|padding|letterbox bars) (around (it|the (photo|picture))|on all sides|)
(make|turn|get) (it|this|the photo) (a |into a |)(square|<RATIO>|wider|taller|widescreen|panorama format) (without (cropping|cutting|losing) (anything|)|by (adding|filling|extending)( sides| edges|)|with (<C>|blurred) (bars|borders|edges))
zoom out( a bit| so there's more around| and fill the edges|)
fill (the |)(sides|edges|rest|missing (parts|area)) (to get|so it's|to make it) (a |)(square|<RATIO>|wider)`,
    `(needs|i need|give <N>) (more|some) (space|room|sky|ground|floor) (above|below|on the (left|right)|in front of (him|her|it))
(more|some more|need more) (space|room|sky|floor|canvas|headroom) (above|below|on the (left|right)|around (it|<N>)|at the (top|bottom)|over (my|her) head)( please|)
(<C> |white |black |thin |)(border|frame|margin) around (it|the (photo|picture))( please|)
(my|her|his|the) (head|feet|arm|roof|tail|tower) (is|are|got|was) (cut off|cropped off|chopped off)(, add (some |more |)(space|room|picture)|, extend it|)
(it's|the photo is|it's cropped) too (tight|narrow|close)(, (add|give it|i need) (space|room|more around)| at the (top|left|right|bottom)|)
it (has to|should|needs to|must) be (square|<RATIO>) (but|and) (nothing|no part|not) (may be |should be |be |)(cut|cropped|lost)( off|)`,
  ),
  beyond: asked(
    `(fill|cover|pack) <N> with (<PL>|people|<NEW>)
(straighten|fix|correct) (my|his|her) (posture|back|shoulders)
(add|put|insert|place|draw|paint|photoshop|include|give me|stick|create|generate|throw in|make|pop|drop) (a|an|some|another|two|three|a few|one more|lots of|more|a bunch of|a group of) (<NEW>|<NEW>|<NN>|<PL>) (<NPOS>|<NPOS>|to (it|the (photo|picture|scene))|in(to|) (it|the (photo|picture|scene))|)
(replace|swap|exchange|substitute|trade|switch|change) (<N>|<N>|me|him|her|the sky) (with|for|to|by|into|against) (a|an|some|another) (<NEW>|<NN>|real <NN>)
(turn|transform|change|morph|convert) (<N>|me|him|her|us|them|my (dog|cat)) into (a|an) (<NEW>|<NN>|<NEW>)
(make|have|let|get) (<PERSON>|<PERSON>|<ANIMAL>) (<POSE>|<POSE>|<POSE>|<POSE>)
(open|close|shut) (my|her|his|their|the) (eyes|mouth)
(change|fix|adjust) (my|her|his|the) (pose|posture|expression|facial expression|smile|hairstyle|haircut|outfit|clothes|body|age|gender|height|hand position|fingers|gaze)
(put|dress) (me|her|him|us|them|<ANIMAL>) in (a|an|some) <GARMENT>
(change|replace|swap|switch|turn) (my|her|his|the|their) (outfit|clothes|shirt|dress|jeans|jacket|t-shirt|pants) (to|into|with|for) (a|an|some) <GARMENT>
(give|get) (me|her|him|<PERSON>) (a|an|some) (<GARMENT>|beard|moustache|tattoo|six pack|muscles|longer hair|curly hair|haircut|bangs|braids|glasses|sunglasses|hat|crown|wings|horns|piercing|bigger smile|twin|halo)
make (me|her|him|us|<PERSON>) (look |)(slimmer|thinner|skinnier|fatter|taller|muscular|bald|pregnant|buff|like (a celebrity|an old man|a child|a baby|a woman|a man|brad pitt)|10 (years|kilos|pounds) (older|younger|lighter)|lose weight|naked|20 kg lighter)
(remove|take off|undress) (my|her|his) (shirt|clothes|jacket|glasses|hat|mask|bra|dress|coat)
(show|see|view|display|render|turn) (it|this|<N>|me|the (scene|house|car|room)|what it looks like) from (above|behind|below|the (side|back|other side|front)|another angle|a drone|a different (angle|perspective|view)|bird's eye view|the air|inside)
(animate|make a (video|gif|movie|animation|3d model) (of|from|out of)|turn (this|it) into a (video|gif|movie|live photo|3d model)|bring to life) (it|this|<N>|the (photo|water|waves)|)
(make|let) (the (water|clouds|waves|flag|fire)|it|<N>) (move|flow|wave|flicker|loop|drift|spin)
(turn|move|swing|pan) the camera (around|to the (left|right)|up|down|<NUM> degrees) (and show what's there|)
(restore|repair|reconstruct|colo(u|)ri[sz]e) (this |the |my |)(old |torn |damaged |black and white |b&w |)(photo|picture|print|portrait|face) (of (my )?(grandma|grandpa|great-grandfather)|)
(turn|make|convert|change|transform) (this|the|my|his|her) (<STYLE>|drawing|sketch|painting|cartoon|doodle|comic|line art|render) (into|to|look like|become) (a |an |)(real |realistic |actual |)(photo|photograph|picture|person|life)
make (it|this) (photorealistic|look like a real photo|a real photo|realistic)
(swap|exchange|switch|merge|blend|mix) (our|the|their|my and (his|her)) (faces|heads|bodies)
(put|place) (my|her|his|trump's|a celebrity's) (face|head) on (<N>|another body|his body|her body)
(duplicate|clone|multiply|double|copy) (<N>|me|him|her|the people) (three times|a few times|so there are (two|three|ten)|next to (it|me|him)|)
(generate|create|design|draw|imagine|make) (me |)(a|an) (new |whole new |)(image|picture|logo|poster|scene|illustration|painting|wallpaper) (of|with|for|showing) (a|an) (<NEW>|<NN>)
(finish|complete|build|furnish|decorate|fill|renovate|declutter and refurnish) (the |this |my )(house|room|building|garden|empty room|street) (with (furniture|people|plants|flowers|lights)|)
(zoom out|pull back) and show the (whole|rest of the) (body|room|city|scene|face)
(uncover|reveal|show) what('s| is) (behind|under|inside) <N>`,
    `(the|make the) sky (should look|look) (about to storm|full of (birds|balloons|planes))
i (want|need|would like|wish for|would love) (a|an|some|another) (<NEW>|<NN>) (<NPOS>|<NPOS>|in (it|the (photo|picture)))
(there should be|it needs|this needs|how about|what about|the picture needs|imagine|picture) (a|an|some) (<NEW>|<NN>) (<NPOS>|<NPOS>)
(a|an|some) (<NEW>) (<NPOS>)( please| would be (nice|cool|funny)|)
(<PERSON>) should (<POSE>)
i (want|would like|wish) (<PERSON>) to (<POSE>)
(he|she|my (son|daughter|wife|husband|dad)|the baby) (blinked|closed (his|her) eyes|isn't smiling|looks sad|is looking away|has (his|her) eyes closed|is frowning)(, (fix|change) (it|that)|)
what would (i|he|she|we) look like (with (a beard|long hair|no hair|a hat|bangs|curly hair)|bald|old|as a (woman|man|baby|superhero|zombie)|in a (suit|dress|bikini|uniform))
(the |my |)<NN> (but|only) as a (<NEW>|<NN>)
(animate|3d|video|gif|boomerang)( please| this|)`,
  ),
  unclear: asked(
    '',
    `(delete|close|upgrade|cancel) my (account|subscription|profile|history|plan)
(cool|nice|great|awesome|lovely|beautiful|good|amazing|sweet) (pic|picture|photo|shot|image|one|work|job)s?(!|\\.|)
(what|which) (is|are|kind of|breed of|type of|sort of|brand of|model is|colo(u|)r is) (this|that|it|<N>|<NN> is (this|that))\\?
(who|what) is (this|that|he|she|the (man|woman|person|guy)|<N>)(\\?| in the (photo|picture)\\?)
(where|when) (is|was|were) (this|it|that|the (photo|picture)) (taken|shot|from|)\\?
(why|how) (is|did|does|do|are|was) (this|it|you|he|she|<N>|they) (look|looks|like that|work|made|so|happen|do that|doing)( .. way|)\\?
how (many|much|old|tall|big|far|long|expensive) (<PL>|people|is (this|it|he|she|<N>)|are there|do you see|does (it|<N>) cost)\\?
(do|can|could|did) you (see|recognise|know|speak|like|think|read|understand|tell me|explain|identify|help|hear) (<N>|this|english|the text|me|chinese|what this is|who this is|it|this place|)\\?
(describe|explain|analyse|analyze|caption this for me:|summarise|summarize|identify|tell me about|translate|count|rate|guess|read) (this|it|the (photo|picture|image|people|text|scene|place)|what you see|<N>|<PL>)
(is|are|was) (this|it|that|he|she|<N>|there) (real|fake|photoshopped|ai|a (dog|cat|wolf|painting)|any good|dangerous|poisonous|sharp|edible|ok|beautiful|a good photo|expensive)\\?
(does|do) (this|i|she|he|it) look (good|ok|fat|old|nice|real|pretty|bad) (in this|to you|here|)\\?
(hi|hello|hey|yo|good morning|good evening|sup|hiya|howdy|greetings|test|testing|help)( there| you| friend| bot| everyone|)(!|)
(thanks|thank you|thx|ty|cheers|great|awesome|perfect|nice|cool|love it|wow|amazing|lol|haha|hahaha|ok|okay|fine|yes|no|nope|maybe|never mind|nvm|good job|well done)(!| a lot| so much| man| that's great| looks (great|good)|)(!|)
(undo|revert|go back|cancel|stop|redo|reset|again|one more time|try again|next|previous|save|open|quit|exit|restart|back)( that| it| please| the last (step|change)|)
(do|make|change|fix|edit) (something|sth|stuff|anything|whatever|things)( about it| with it| here|)
(i don't know|not sure|idk|surprise me|you decide|whatever you (like|want)|hmm+|uhh*|umm*|\\?+|\\.\\.\\.|as you like)
(i like|i love|i hate|nice|beautiful|what a|such a) (this|it|<N>|photo|picture|(great|lovely|cute) (photo|picture|<NN>))
(tell me a joke|what's the weather|what time is it|how are you|who are you|what can you do|how does this work|where is the button|are you a bot|write me a poem|sing a song|what's for dinner|how do i install this|what does it cost|is this free)
(asdf|qwer|jkl|zxcv|blah|foo|bar|lorem|ipsum|sdfg|hjkl|wert|fgh|xx|aaa|test|123|4567|abc)+( (asdf|qwer|blah|lorem|sdfgh|ipsum|xx|123|foo)|)+
(you are|you're|this is|that's) (useless|stupid|so slow|great|smart|funny|wrong|not what i wanted|terrible|wonderful)
(i )?(don't|do not|didn't) (like|understand|get|love) (it|this|that|you)( at all|)
the (quick|lazy|old|happy|tall) (<NN>) (jumps over|eats|loves|sees|is) (the|a) (lazy|red|big|) <NN>
(book|find|buy|order|search|calculate|send|call|play|translate|google) (me |)(a flight|a table|a ticket|some music|my mom|the news|a pizza|this into french|an email|2+2)
(the weather was|we had|it was|we went|this was|last summer|yesterday) (great|nice|lovely|in (spain|italy|rome)|so much fun|to the (beach|zoo|mountains)|a long day|on holiday)
(make|do|turn) it( like| to| into| the|)
(can you|could you|please|i want|the|and|but|or|if|so|then|just|with)( you| the| a|)
(the |my |a |this )(<NN>|photo|picture|dog|cat)`,
  ),
}

/** What the slots hold that no vocabulary has. */
export const englishSlots: Readonly<Record<string, readonly string[]>> = {
  BLOT: lines(`the stranger
the tourist
the photobomber
my ex
the guy in the back
the people in the background
all the people
the crowd
the trash
the garbage
the power lines
the wires
the cables
the pole
the watermark
the logo
the date stamp
the timestamp
the text
the shadow
the reflection
the glare
the lens flare
the dust spots
the scratches
the stain
the sticker
the price tag
my thumb
my finger
the fence
the scaffolding
the crane
the graffiti
the cigarette
the necklace
the price sign
the mess on the table
the selfie stick
the waiter
the lady in the red coat
that bald guy
that ugly thing
those kids
the woman on the left
the man on the right
everyone but me
the third person from the left
the car behind me
the flies
the bins
the antenna
the water spots
the leaves on the ground
the crumbs`),
  BLOT1: [
    'people',
    'tourists',
    'strangers',
    'wires',
    'litter',
    'watermark',
    'text',
    'shadow',
    'rubbish',
    'logo',
    'cars',
  ],
  REL: [
    'in the background',
    'behind me',
    'behind us',
    'on the left',
    'on the right',
    'at the top',
    'in the corner',
    'in front',
    'next to the door',
    'that is standing there',
    'in the middle',
    'at the back',
    'on the table',
    'in the sky',
    'above her head',
    'at the edge',
    'in the lower left',
    'with the red hat',
    'between us',
  ],
  CLOTH: [
    'my shirt',
    'her dress',
    'his tie',
    'the jacket',
    'my t-shirt',
    'the skirt',
    'his hat',
    'the scarf',
    'the shoes',
    'her bag',
    'my sweater',
    'the coat',
    'the curtains',
    'the walls',
    'the wall',
    'the front door',
    'the house',
    'the roof',
    'the flowers',
    'my nails',
    'the sofa',
    'the carpet',
    'the bridesmaids dresses',
    'his suit',
  ],
  HAIR: ['my hair', 'her hair', 'his hair', 'the hair', 'my eyes', 'her eyes', 'my beard'],
  PRIVATE: [
    "everyone's faces",
    'the faces',
    'his face',
    'her face',
    "the kid's face",
    "my son's face",
    'the license plate',
    'the licence plates',
    'the number plate',
    'the address',
    'the phone number',
    'the credit card number',
    'the name tag',
    'the text',
    'the screen',
    'the document',
    'my name',
    'the email address',
    'the house number',
    'the passport number',
    'the QR code',
    'the barcode',
    'the signature',
    'the faces in the back',
    'the people in the background',
    'the tattoo',
    "the children's faces",
    'the logo',
    'the brand name',
    'the account number',
    'all faces except mine',
    'the eyes',
  ],
  TPOS: [
    'at the top',
    'at the bottom',
    'in the middle',
    'in the top left corner',
    'in the corner',
    'across the sky',
    'bottom right',
    'top center',
    'on the left',
    'below the picture',
    'in the lower third',
    'over the photo',
    'in the upper right',
    'on the right side',
  ],
  RATIO: ['16:9', '4:3', '1:1', '3:2', '9:16', '4:5', '5x7', '2:3', '21:9', 'A4'],
  PX: ['1200', '800', '1920', '1080', '1024', '640', '2048', '500', '3000', '720', '256', '4000'],
  NEW: lines(`dragon
unicorn
ufo
castle
rainbow
spaceship
santa claus
ghost
monster
mermaid
dinosaur
fairy
balloon
bunch of balloons
moon
full moon
sun
cloud
flock of birds
christmas tree
campfire
fireworks
swan
butterfly
snowman
waterfall
bridge
lighthouse
robot
zombie
superhero
wolf
tiger
lion
penguin
kitten
puppy
baby
crown
wedding ring
hat
bouquet
palm tree
sailing boat
hot air balloon
helicopter
ferrari
sports car
swimming pool
fountain
statue
crowd of people
friend
man
woman
child
guitar player
shark
whale
owl
fox
deer
mushroom
pizza
birthday cake
glass of wine
cup of coffee
sunflower
rose
candle
lantern
street lamp
shooting star
lightning bolt
tornado
volcano
planet
angel
witch
pirate ship
teddy bear
skateboard
motorcycle
surfboard
football
flag
window
fireplace
staircase
mountain range`),
  NPOS: [
    'in the sky',
    'next to me',
    'beside the tree',
    'on the table',
    'in the background',
    'behind us',
    'on his head',
    'on my shoulder',
    'in my hand',
    'on the left',
    'on the right side',
    'in the water',
    'over the house',
    'in the foreground',
    'to the left of the car',
    'on the wall',
    'in front of the house',
    'on the road',
    'between them',
    'in the garden',
    'on the beach',
    'in the corner',
    'holding hands with me',
    'flying over the city',
  ],
  PERSON: [
    'me',
    'him',
    'her',
    'them',
    'us',
    'the man',
    'the woman',
    'my son',
    'my daughter',
    'the boy',
    'the girl',
    'the baby',
    'grandpa',
    'my wife',
    'my husband',
    'the kids',
    'everyone',
    'the guy on the left',
    'the bride',
    'my friend',
  ],
  ANIMAL: ['the dog', 'the cat', 'my dog', 'my cat', 'the horse', 'the bird', 'the cow'],
  POSE: [
    'smile',
    'laugh',
    'smiling',
    'look at the camera',
    'look happy',
    'look up',
    'look to the left',
    'jump',
    'sit',
    'sit down',
    'stand up',
    'stand',
    'run',
    'wave',
    'wave at us',
    'dance',
    'hold hands',
    'hug',
    'kiss',
    'raise a hand',
    'cross his arms',
    'turn around',
    'open his eyes',
    'close her eyes',
    'stick out the tongue',
    'wink',
    'cry',
    'frown',
    'hold a flower',
    'hold a cup',
    'fly',
    'wear a suit',
    'wear a hat',
    'wear sunglasses',
    'lie down',
    'point at the sky',
    'give a thumbs up',
    'lean on the wall',
    'face the camera',
    'play guitar',
    'eat an apple',
    'look surprised',
    'look angry',
    'ride a bike',
    'walk',
    'kneel',
    'bark',
    'yawn',
    'sleep',
  ],
  GARMENT: [
    'suit',
    'tuxedo',
    'wedding dress',
    'leather jacket',
    'bikini',
    'uniform',
    'santa costume',
    'hoodie',
    'kimono',
    'tie',
    'cowboy hat',
    'ball gown',
    'superhero costume',
    'long coat',
    'football jersey',
    'scarf',
    'necklace',
    'helmet',
    'hanfu',
  ],
  REASON: lines(`it's for my mum's birthday
i need it for work
thanks in advance
it's driving me crazy
this is my favourite picture of us
we took it on holiday in italy
my boss needs it by tomorrow
it's for my profile picture
i'm going to print it
it would mean a lot to me
i took this at the beach last week
sorry for the trouble
i'm not good at photoshop
my phone camera is terrible
it was our wedding day
i want to post it on instagram
for our christmas card
i have no idea how to do it
it's our only photo together
this was at my sister's graduation
we're selling the house
it's for ebay
the weather was terrible that day
my grandma would love it
i'd frame it then
need it asap`),
}
