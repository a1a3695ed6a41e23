"""What each scored model is called in the tables of prices, name by name, as they print it.

Names are listed, never derived: a rule that dropped dots or dates would join different models.
An undated name that moves from version to version is listed only where its dates are known
(`MOVING`), and else not at all.
"""

from __future__ import annotations

#: Model, maker, family and weights.
MODELS = """
gpt-3.5-turbo-0613 OpenAI gpt-3.5 closed
gpt-3.5-turbo-0125 OpenAI gpt-3.5 closed
gpt-4-0613 OpenAI gpt-4 closed
gpt-4-1106-preview OpenAI gpt-4-turbo closed
gpt-4-turbo-2024-04-09 OpenAI gpt-4-turbo closed
gpt-4o-2024-05-13 OpenAI gpt-4o closed
gpt-4o-2024-08-06 OpenAI gpt-4o closed
gpt-4o-2024-11-20 OpenAI gpt-4o closed
gpt-4o-mini-2024-07-18 OpenAI gpt-4o closed
gpt-4.1 OpenAI gpt-4.1 closed
gpt-4.1-mini OpenAI gpt-4.1 closed
gpt-4.1-nano OpenAI gpt-4.1 closed
gpt-4.5-preview OpenAI gpt-4.5 closed
gpt-5 OpenAI gpt-5 closed
gpt-oss-120b OpenAI gpt-oss open
o1-mini OpenAI o1 closed
o1-2024-12-17 OpenAI o1 closed
o3-mini OpenAI o3 closed
o3 OpenAI o3 closed
o3-pro OpenAI o3 closed
o4-mini OpenAI o4 closed
claude-instant-1.2 Anthropic claude-2 closed
claude-2.1 Anthropic claude-2 closed
claude-3-haiku Anthropic claude-3 closed
claude-3-sonnet Anthropic claude-3 closed
claude-3-opus Anthropic claude-3 closed
claude-3.5-haiku Anthropic claude-3.5 closed
claude-3.5-sonnet-20240620 Anthropic claude-3.5 closed
claude-3.5-sonnet-20241022 Anthropic claude-3.5 closed
claude-3.7-sonnet Anthropic claude-3.7 closed
claude-sonnet-4 Anthropic claude-4 closed
claude-opus-4 Anthropic claude-4 closed
text-bison-001 Google palm-2 closed
text-unicorn-001 Google palm-2 closed
gemini-1.0-pro-001 Google gemini-1.0 closed
gemini-1.5-flash-001 Google gemini-1.5 closed
gemini-1.5-flash-002 Google gemini-1.5 closed
gemini-1.5-flash-preview-0514 Google gemini-1.5 closed
gemini-1.5-pro-preview-0409 Google gemini-1.5 closed
gemini-1.5-pro-001 Google gemini-1.5 closed
gemini-1.5-pro-002 Google gemini-1.5 closed
gemini-2.0-flash-exp Google gemini-2.0 closed
gemini-2.5-flash-preview-04-17 Google gemini-2.5 closed
gemini-2.5-flash-preview-05-20 Google gemini-2.5 closed
gemini-2.5-pro-preview-03-25 Google gemini-2.5 closed
gemini-2.5-pro-preview-05-06 Google gemini-2.5 closed
gemini-2.5-pro-preview-06-05 Google gemini-2.5 closed
gemma-2-9b-it Google gemma-2 open
gemma-2-27b-it Google gemma-2 open
llama-2-70b-chat Meta llama-2 open
llama-3-8b-instruct Meta llama-3 open
llama-3-70b-instruct Meta llama-3 open
llama-3.1-8b-instruct Meta llama-3.1 open
llama-3.1-70b-instruct Meta llama-3.1 open
llama-3.1-405b-instruct Meta llama-3.1 open
llama-3.2-11b-vision-instruct Meta llama-3.2 open
llama-3.2-90b-vision-instruct Meta llama-3.2 open
llama-3.3-70b-instruct Meta llama-3.3 open
llama-4-maverick Meta llama-4 open
mistral-7b-instruct-v0.1 Mistral mistral-7b open
mistral-7b-instruct-v0.3 Mistral mistral-7b open
mixtral-8x7b-instruct Mistral mixtral open
mixtral-8x22b-instruct Mistral mixtral open
mistral-small-2402 Mistral mistral-small closed
mistral-large-2402 Mistral mistral-large closed
mistral-large-2407 Mistral mistral-large open
mistral-nemo-2407 Mistral mistral-nemo open
amazon-nova-micro Amazon nova closed
amazon-nova-lite Amazon nova closed
amazon-nova-pro Amazon nova closed
command-r Cohere command-r open
command-r-plus Cohere command-r open
command-a-03-2025 Cohere command-a open
dbrx-instruct Databricks dbrx open
deepseek-v3 DeepSeek deepseek-v3 open
deepseek-v3-0324 DeepSeek deepseek-v3 open
deepseek-v3.2-exp DeepSeek deepseek-v3.2 open
deepseek-r1 DeepSeek deepseek-r1 open
deepseek-r1-0528 DeepSeek deepseek-r1 open
grok-3-beta xAI grok-3 closed
grok-3-mini-beta xAI grok-3 closed
grok-4 xAI grok-4 closed
jamba-instruct AI21 jamba open
jamba-1.5-mini AI21 jamba open
jamba-1.5-large AI21 jamba open
kimi-k2-0711 Moonshot kimi-k2 open
phi-3-small Microsoft phi-3 open
phi-3-medium Microsoft phi-3 open
qwen2-72b-instruct Alibaba qwen2 open
qwen2.5-7b-instruct Alibaba qwen2.5 open
qwen2.5-72b-instruct Alibaba qwen2.5 open
qwen2.5-coder-32b-instruct Alibaba qwen2.5 open
qwq-32b Alibaba qwq open
qwen3-32b Alibaba qwen3 open
qwen3-235b-a22b Alibaba qwen3 open
yi-large 01.AI yi closed
gpt-5-mini OpenAI gpt-5 closed
gpt-5.2 OpenAI gpt-5.2 closed
gemini-2.0-flash Google gemini-2.0 closed
gemini-3-flash-preview Google gemini-3 closed
gemini-3.1-pro-preview Google gemini-3 closed
claude-haiku-4.5 Anthropic claude-4.5 closed
claude-opus-4.6 Anthropic claude-4.6 closed
kimi-k2.5 Moonshot kimi-k2.5 open
minimax-m2.5 MiniMax minimax-m2 open
"""

#: Providers that are the maker's own.
OWN = {
    "OpenAI": ("openai",),
    "Anthropic": ("anthropic",),
    "Google": (
        "gemini", "palm", "vertex_ai-language-models", "vertex_ai-text-models",
        "vertex_ai-chat-models",
    ),
    "Mistral": ("mistral",),
    "Amazon": ("amazon_nova", "bedrock", "bedrock_converse"),
    "Cohere": ("cohere", "cohere_chat"),
    "Databricks": ("databricks",),
    "DeepSeek": ("deepseek",),
    "xAI": ("xai",),
    "AI21": ("ai21",),
    "Moonshot": ("moonshot",),
    "Microsoft": ("azure_ai", "azure"),
    "Alibaba": ("dashscope", "qwencloud", "qwen_ai_platform"),
    "Meta": ("meta_llama", "meta"),
    "MiniMax": ("minimax",),
}  # fmt: skip

#: Undated names that moved: name, model, first and last day. The days are recalled.
MOVING = """
deepseek-chat deepseek-v3 2024-12-26 2025-03-23
deepseek/deepseek-chat deepseek-v3 2024-12-26 2025-03-23
deepseek-chat deepseek-v3-0324 2025-03-24 2025-08-20
deepseek/deepseek-chat deepseek-v3-0324 2025-03-24 2025-08-20
deepseek/deepseek-reasoner deepseek-r1 2025-01-20 2025-05-27
deepseek/deepseek-reasoner deepseek-r1-0528 2025-05-28 2025-08-20
openrouter/deepseek/deepseek-chat deepseek-v3 2024-12-26 2025-03-23
"""

#: What a board or log prints, and the model that is served under that name. ``base`` marks boards
#: that scored the base model where the tuned one is served. Which Command R and which NeMo HELM
#: scored is said by the days in its registry: those of March, April and July 2024.
SCORED = {
    "mmlu": """
GPT-3.5 Turbo (0125) | gpt-3.5-turbo-0125
GPT-3.5 Turbo (0613) | gpt-3.5-turbo-0613
GPT-4 (0613) | gpt-4-0613
GPT-4 Turbo (1106 preview) | gpt-4-1106-preview
GPT-4 Turbo (2024-04-09) | gpt-4-turbo-2024-04-09
GPT-4o (2024-05-13) | gpt-4o-2024-05-13
GPT-4o (2024-08-06) | gpt-4o-2024-08-06
GPT-4o mini (2024-07-18) | gpt-4o-mini-2024-07-18
Claude Instant 1.2 | claude-instant-1.2
Claude 2.1 | claude-2.1
Claude 3 Haiku (20240307) | claude-3-haiku
Claude 3 Sonnet (20240229) | claude-3-sonnet
Claude 3 Opus (20240229) | claude-3-opus
Claude 3.5 Haiku (20241022) | claude-3.5-haiku
Claude 3.5 Sonnet (20240620) | claude-3.5-sonnet-20240620
Claude 3.5 Sonnet (20241022) | claude-3.5-sonnet-20241022
PaLM-2 (Bison) | text-bison-001
PaLM-2 (Unicorn) | text-unicorn-001
Gemini 1.0 Pro (001) | gemini-1.0-pro-001
Gemini 1.5 Flash (001) | gemini-1.5-flash-001
Gemini 1.5 Flash (002) | gemini-1.5-flash-002
Gemini 1.5 Flash (0514 preview) | gemini-1.5-flash-preview-0514
Gemini 1.5 Pro (001) | gemini-1.5-pro-001
Gemini 1.5 Pro (002) | gemini-1.5-pro-002
Gemini 1.5 Pro (0409 preview) | gemini-1.5-pro-preview-0409
Gemini 2.0 Flash (Experimental) | gemini-2.0-flash-exp
Gemma 2 Instruct (9B) | gemma-2-9b-it
Gemma 2 Instruct (27B) | gemma-2-27b-it
Llama 2 (70B) | llama-2-70b-chat | base
Llama 3 (8B) | llama-3-8b-instruct | base
Llama 3 (70B) | llama-3-70b-instruct | base
Llama 3.1 Instruct Turbo (8B) | llama-3.1-8b-instruct
Llama 3.1 Instruct Turbo (70B) | llama-3.1-70b-instruct
Llama 3.1 Instruct Turbo (405B) | llama-3.1-405b-instruct
Llama 3.2 Vision Instruct Turbo (11B) | llama-3.2-11b-vision-instruct
Llama 3.2 Vision Instruct Turbo (90B) | llama-3.2-90b-vision-instruct
Llama 3.3 Instruct Turbo (70B) | llama-3.3-70b-instruct
Mistral v0.1 (7B) | mistral-7b-instruct-v0.1 | base
Mistral Instruct v0.3 (7B) | mistral-7b-instruct-v0.3
Mixtral (8x7B 32K seqlen) | mixtral-8x7b-instruct | base
Mixtral (8x22B) | mixtral-8x22b-instruct | base
Mistral Small (2402) | mistral-small-2402
Mistral Large (2402) | mistral-large-2402
Mistral Large 2 (2407) | mistral-large-2407
Mistral NeMo (2402) | mistral-nemo-2407
Amazon Nova Micro | amazon-nova-micro
Amazon Nova Lite | amazon-nova-lite
Amazon Nova Pro | amazon-nova-pro
Command R | command-r
Command R Plus | command-r-plus
DBRX Instruct | dbrx-instruct
DeepSeek v3 | deepseek-v3
Jamba Instruct | jamba-instruct
Jamba 1.5 Mini | jamba-1.5-mini
Jamba 1.5 Large | jamba-1.5-large
Phi-3 (7B) | phi-3-small
Phi-3 (14B) | phi-3-medium
Qwen2 Instruct (72B) | qwen2-72b-instruct
Qwen2.5 Instruct Turbo (7B) | qwen2.5-7b-instruct
Qwen2.5 Instruct Turbo (72B) | qwen2.5-72b-instruct
Yi Large (Preview) | yi-large
""",
    "polyglot": """
gpt-4o-mini-2024-07-18 | gpt-4o-mini-2024-07-18
o1-2024-12-17 (high) | o1-2024-12-17
claude-3-5-haiku-20241022 | claude-3.5-haiku
Qwen2.5-Coder-32B-Instruct | qwen2.5-coder-32b-instruct
o1-mini-2024-09-12 | o1-mini
gemini-2.0-flash-exp | gemini-2.0-flash-exp
DeepSeek Chat V3 (prev) | deepseek-v3
gpt-4o-2024-11-20 | gpt-4o-2024-11-20
gpt-4o-2024-08-06 | gpt-4o-2024-08-06
claude-3-5-sonnet-20241022 | claude-3.5-sonnet-20241022
DeepSeek R1 | deepseek-r1
o3-mini (medium) | o3-mini
o3-mini (high) | o3-mini
claude-3-7-sonnet-20250219 (no thinking) | claude-3.7-sonnet
claude-3-7-sonnet-20250219 (32k thinking tokens) | claude-3.7-sonnet
gpt-4.5-preview | gpt-4.5-preview
QwQ-32B | qwq-32b
command-a-03-2025-quality | command-a-03-2025
DeepSeek V3 (0324) | deepseek-v3-0324
Llama 4 Maverick | llama-4-maverick
Grok 3 Beta | grok-3-beta
Grok 3 Mini Beta (low) | grok-3-mini-beta
Grok 3 Mini Beta (high) | grok-3-mini-beta
Gemini 2.5 Pro Preview 03-25 | gemini-2.5-pro-preview-03-25
gpt-4.1 | gpt-4.1
gpt-4.1-mini | gpt-4.1-mini
gpt-4.1-nano | gpt-4.1-nano
o4-mini (high) | o4-mini
gemini-2.5-flash-preview-04-17 (default) | gemini-2.5-flash-preview-04-17
Gemini 2.5 Pro Preview 05-06 | gemini-2.5-pro-preview-05-06
Qwen3 32B | qwen3-32b
Qwen3 235B A22B diff, no think, Alibaba API | qwen3-235b-a22b
claude-sonnet-4-20250514 (no thinking) | claude-sonnet-4
claude-sonnet-4-20250514 (32k thinking) | claude-sonnet-4
claude-opus-4-20250514 (no think) | claude-opus-4
claude-opus-4-20250514 (32k thinking) | claude-opus-4
gemini-2.5-flash-preview-05-20 (24k think) | gemini-2.5-flash-preview-05-20
gemini-2.5-flash-preview-05-20 (no think) | gemini-2.5-flash-preview-05-20
gemini-2.5-pro-preview-06-05 (default think) | gemini-2.5-pro-preview-06-05
gemini-2.5-pro-preview-06-05 (32k think) | gemini-2.5-pro-preview-06-05
DeepSeek R1 (0528) | deepseek-r1-0528
o3 (high) | o3
o3 | o3
o3-pro (high) | o3-pro
grok-4 (high) | grok-4
Kimi K2 | kimi-k2-0711
gpt-oss-120b (high) | gpt-oss-120b
gpt-5 (high) | gpt-5
gpt-5 (medium) | gpt-5
gpt-5 (low) | gpt-5
DeepSeek-V3.2-Exp (Reasoner) | deepseek-v3.2-exp
DeepSeek-V3.2-Exp (Chat) | deepseek-v3.2-exp
""",
    "pricing-reversal": """
gpt-5.2-high | gpt-5.2
gpt-5-mini | gpt-5-mini
gemini-3.1-pro-preview | gemini-3.1-pro-preview
gemini-3-flash-preview | gemini-3-flash-preview
claude-opus-4.6-thinking | claude-opus-4.6
claude-haiku-4.5 | claude-haiku-4.5
kimi-k2.5 | kimi-k2.5
MiniMax-M2.5 | minimax-m2.5
""",
    "matharena": """
o1 (medium) | o1-2024-12-17
o3-mini (low) | o3-mini
o3-mini (medium) | o3-mini
o3-mini (high) | o3-mini
DeepSeek-R1 | deepseek-r1
DeepSeek-V3 | deepseek-v3
gemini-2.0-flash | gemini-2.0-flash
""",
}
