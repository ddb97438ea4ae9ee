import { type QuestionTexts, questionTexts } from './texts.ts'

/*
 * What the preview of Step1X-Edit v1.2 asks its language model: words to keep as they are. It scores no results.
 * Source: ImageEditEvaluator of https://github.com/Peyton-Chen/diffusers/tree/dev/MergeV1-2 (Apache-2.0).
 */
export const previewTexts: QuestionTexts = {
  ...questionTexts,
  rewrite: {
    system: `You are a precise visual-to-text describer. Your goal is to produce a concise, factual description of the input image that would be obtained after applying the edit instruction to the input image. Only describe what is explicitly visible in the input image.`,
    user: [
      `{SOURCE}`,
      `
        你是一个“编辑任务指令改写器”。你的任务是：
        在保证含义完全不变的情况下，请将用户输入的模糊、口语化、不正式的中文编辑指令转换为一个清晰、标准、可操作的编辑指令。
        用户输入一些复杂的含义时，请将他拆解成两到三个简单明确的编辑指令。确保这些编辑指令彼此不冲突，并且保留下来有意义的编辑指令。请只输出改写后的内容。
        最终得到的编辑指令尽可能只包含一个编辑动作。如果含义过于复杂不能用一个编辑动作来描述，最终的编辑动作数量也不能超过三个。
        如果输入中存在明确的文字修改，请将要修改的文字用双引号标注出来。
        编辑的类型主要分为：物体增加，物体替换，物体删除，颜色修改，背景替换，风格变化，材质变化，文字替换等。
        最终的编辑指令尽可能包含编辑的位置、动作（参考编辑类型）、被编辑的物体。请尽可能仿照自然语言的习惯，不允许出现编号，可以用自然语言描述的先后关系来代替编号。
        如果用户的输入需要理解和推理，请思考根据用户的描述，图片最后会在哪里发生变化，而不是只返回一个理解或推理之前的结果。
        请模仿下面例子风格来进行改写。
        例子1：用户输入：叶子缺钾的症状 改写后：叶子变黄，叶尖干枯。
        例子2：用户输入：面包变成煎过头的样子 改写后：将面包的颜色变成深色焦黄色。
        例子2：用户输入：帮我p一个男朋友，出一张双人照 改写后：在女生旁边添加一个男生。
        例子3：用户输入：帮我优化这张图片，去掉远处的电线，保留写实风格 改写后：删除电线。
        例子4：用户输入：帮我把图片中的TOFEL修改为IELTS 改写后：将文本 “TOFEL” 替换为 “IELTS”。
        例子5：用户输入：帮我调成证件照。 改写后：将背景替换成白色。
        例子6：用户输入：帮我把领带换成黑色的。 改写后：将领带的颜色变成黑色。
        例子7：用户输入：p掉右下角的水印。 改写后：移除右下角水印。
        例子8：用户输入：增加胸部的发量。将发型改为长发。使人物看起来更温柔。改写后：增加头发数量，使人物看起来更温柔。
        用户输入指令为：{INSTRUCTION}
        
        你的返回指令必须以英文的语言类型返回。你的返回指令必须以英文的语言类型返回。你的返回指令必须以英文的语言类型返回。
        返回的指令为：`,
    ],
  },
  describe: {
    system: `You are a precise visual-to-text describer. Your goal is to produce a concise, factual Chinese description of the **final target image** that would be obtained after applying the edit instruction to the input image. Only describe what is explicitly visible in the final target image.`,
    user: [
      `{SOURCE}`,
      `你将看到一张输入图像和一条编辑指令，请根据它们生成**目标图**的中文描述，必须遵循以下原则：
1. **严格执行指令修改**：凡是指令明确要求修改的内容，必须在描述中准确体现，不能忽略或替换为与指令不符的内容。
2. **未被指令修改的部分**：应与输入图保持一致，但若保留会导致与指令冲突，则必须按指令的预期替换为合理、简洁的形式（例如指令要求生成证件照，则背景必须符合证件照规范，不得保留原图场景）。
3. **禁止幻觉**：不得添加、推测、替换或润色任何指令和输入图中未明确出现的元素（包括地点、环境、时间、光照、人物身份、服装细节、物体材质等）。
4. **保持简洁**：用一段简明的中文描述目标图，准确传达画面中可见的关键人物、物体、姿态、背景和颜色；不要出现“原图”、“保持不变”、“指令中要求”等措辞。
5. **优先忠实**：若输入图信息与指令冲突，以指令为准；不要混合保留会违背指令的元素。

编辑指令：{INSTRUCTION}
请用英文描述目标图。请直接给出目标图的描述：`,
    ],
  },
  score: {
    system: `你是严格的图文一致性评估器，只输出严格 JSON。`,
    user: [
      `在满足【编辑指令】前提下，评估【图片】与【文字描述】相符度。
请只输出一个 JSON 对象，包含以下键：
  - meets_instruction: "yes" | "partial" | "no"
  - major_conflicts: 非负整数
  - minor_conflicts: 非负整数
  - hallucinations:  非负整数
  - omissions:       非负整数
  - raw_score:       0 到 10 的浮点数
  - reason:          简短英文理由，先说明是否满足指令，再指出主要一致/不一致点
判定要点：
1) 指令满足度优先；
2) 明显矛盾计入 major_conflicts；轻微出入计入 minor_conflicts；
3) 描述加入图片中不存在的细节/推测/修饰，计入 hallucinations；
4) 描述遗漏图片中的关键要素，计入 omissions；
5) raw_score 参考 0..10，但不要包含任何多余文本。

【编辑指令】
{INSTRUCTION}

【文字描述】
{DESCRIPTION}
`,
      `{RESULT}`,
    ],
  },
  reflect: {
    system: `你是严格的图像编辑结果审查器，必须严格遵守用户给定的输出格式要求。`,
    user: [
      `{SOURCE}`,
      `{RESULT}`,
      `第一张图是输入图，第二张图是根据图像“编辑指令”编辑后得到的结果。
    当前的编辑指令为：
    {INSTRUCTION}
    希望能根据第两张图的内容和编辑指令，判断编辑后的结果是否符合要求，要求输出格式为：
    \`\`\`
    <#Think> ...
    <#Reflection> ...
    \`\`\`
    或者
    \`\`\`
    <#Think> ...
    <#Failed>
    \`\`\`
    或者
    \`\`\`
    <#Think> ...
    <#Success>
    \`\`\`
    其中，<#Think>后面要添加思考过程；如果有<#Reflection>，则表明图像没有完全按照编辑指令生成，需要做进一步修改，此时<#Reflection>后面接上“二次编辑指令”；如果是<#Failed>，那么说明无法基于当前的编辑结果进一步修改，得到符合编辑指令的生成结果；如果是<#Success>说明编辑成功。
    现在，我希望你能够帮助按照上述的格式对图像和编辑指令进行检查，检查标准如下：
    1. 严格检查图像中是否存在明显的崩坏、伪影，不存在的话需要将上述描述中的崩坏去掉；尤其注意，手部的崩坏和伪影如果不是非常严重，请直接将其去掉。
    2. 如果背景变化的语义基本正确、没有出现明显的扭曲，修正后中不能出现对应的描述
    3. 需要尽可能保证图像中未被编辑指令提及的区域不发生变化，如果第二张图发生了一些预期外的改动，导致有一些第一张图象中本来不希望发生改动的区域发生了巨大的变化，在这种情况下已经不可能基于第二张图进行修改，那么需要给一个<#Failed>标签，说明无法生成符合标准的编辑指令。
    4. 请确保<#Reflection>得到的反思指令和原始的编辑指令存在显著差异。如果reflection和原始的编辑指令基本相同，说明模型根本不具备编辑的能力，此类例子需要被剔除。
    5. 你需要确保返回的结果里，反思内容和可能存在的新编辑指令都是正确的。
    6. <#Reflection>和<#Failed>标签只能出现一次，且必须在<#Think>标签之后。
    7. <#Reflection>后面的新编辑指令中，需要确保去掉了当前编辑结果中已经成功编辑的内容，减少和原始指令的重复内容。
    这里再次强调，<#Reflection>后面的编辑指令是基于第二张图进行编辑的指令，你必须假定这个编辑指令无法利用第一张图象里的信息。
    接下来
    1. 如果你认为可以基于当前结果编辑得到符合“编辑指令”的数据，请你返回且仅返回预期的反思内容和“二次编辑指令”，符合格式要求，
    格式形如：<#Think>...<#Reflection>...
    不要返回格式之外的内容。
    2. 如何你认为无法生成符合标准的数据，请你返回且仅返回预期的反思内容以及<#Failed>标签，
    格式形如：<#Think>...<#Failed>
    不要返回格式之外的内容。
    3. 如何你认为已经编辑成功，
    格式形如：<#Think>...<#Success>
    不要返回格式之外的内容。
    
【历史先验（来自上一轮独立评分供参考，非强制结论）】
- 评分: {SCORE}
- 理由: {REASON}
请充分参考先验，但仍以两张图与编辑指令的真实内容为准，给出严格且可执行的结论与编辑建议。`,
    ],
  },
}
