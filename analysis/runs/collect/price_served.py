"""The names of each scored model in the tables of prices, as listed by `price_names`."""

from __future__ import annotations

#: A line starts with a model; its names follow. Regions of one host are left out.
SERVED = """
gpt-3.5-turbo-0613 = azure/gpt-35-turbo-0613 gpt-3.5-turbo-0613
gpt-3.5-turbo-0125 = azure/gpt-3.5-turbo-0125 azure/gpt-35-turbo-0125 gpt-3.5-turbo-0125
gpt-4-0613 = azure/gpt-4-0613 gpt-4-0613
gpt-4-1106-preview = azure/gpt-4-1106-preview gpt-4-1106-preview
gpt-4-turbo-2024-04-09 = azure/gpt-4-turbo-2024-04-09 gpt-4-turbo-2024-04-09
gpt-4o-2024-05-13 = azure/gpt-4o-2024-05-13 gpt-4o-2024-05-13 openrouter/openai/gpt-4o-2024-05-13
gpt-4o-2024-08-06 = azure/gpt-4o-2024-08-06 gpt-4o-2024-08-06
gpt-4o-2024-11-20 = azure/gpt-4o-2024-11-20 gpt-4o-2024-11-20
gpt-4o-mini-2024-07-18 = azure/gpt-4o-mini azure/gpt-4o-mini-2024-07-18 gmi/openai/gpt-4o-mini
  gpt-4o-mini gpt-4o-mini-2024-07-18 replicate/openai/gpt-4o-mini
  vercel_ai_gateway/openai/gpt-4o-mini
gpt-4.1 = azure/gpt-4.1 azure/gpt-4.1-2025-04-14 gpt-4.1 gpt-4.1-2025-04-14
  openrouter/openai/gpt-4.1 openrouter/openai/gpt-4.1-2025-04-14 replicate/openai/gpt-4.1
  snowflake/openai-gpt-4.1 vercel_ai_gateway/openai/gpt-4.1
gpt-4.1-mini = azure/gpt-4.1-mini azure/gpt-4.1-mini-2025-04-14 gpt-4.1-mini gpt-4.1-mini-2025-04-14
  openrouter/openai/gpt-4.1-mini openrouter/openai/gpt-4.1-mini-2025-04-14
  replicate/openai/gpt-4.1-mini vercel_ai_gateway/openai/gpt-4.1-mini zerogpu/gpt-4.1-mini
gpt-4.1-nano = azure/gpt-4.1-nano azure/gpt-4.1-nano-2025-04-14 gpt-4.1-nano gpt-4.1-nano-2025-04-14
  openrouter/openai/gpt-4.1-nano openrouter/openai/gpt-4.1-nano-2025-04-14
  replicate/openai/gpt-4.1-nano vercel_ai_gateway/openai/gpt-4.1-nano
gpt-4.5-preview = azure/gpt-4.5-preview gpt-4.5-preview gpt-4.5-preview-2025-02-27
gpt-5 = azure/gpt-5 azure/gpt-5-2025-08-07 databricks/databricks-gpt-5 gmi/openai/gpt-5 gpt-5
  gpt-5-2025-08-07 oci/openai.gpt-5 openrouter/openai/gpt-5 perplexity/openai/gpt-5
  replicate/openai/gpt-5 snowflake/openai-gpt-5
gpt-oss-120b = aiand/openai/gpt-oss-120b azure_ai/FW-GPT-OSS-120B azure_ai/gpt-oss-120b
  baseten/openai/gpt-oss-120b bedrock_mantle/openai.gpt-oss-120b cerebras/gpt-oss-120b
  cerebras/openai/gpt-oss-120b cloudflare/@cf/openai/gpt-oss-120b crusoe/openai/gpt-oss-120b
  databricks/databricks-gpt-oss-120b deepinfra/openai/gpt-oss-120b
  deepinfra/openai/gpt-oss-120b-Turbo fireworks_ai/accounts/fireworks/models/gpt-oss-120b
  fireworks_ai/gpt-oss-120b groq/openai/gpt-oss-120b inferenceapis/gpt-oss-120b
  inferenceapis/openai/gpt-oss-120b kyma/gpt-oss-120b nebius/openai/gpt-oss-120b
  novita/openai/gpt-oss-120b oci/openai.gpt-oss-120b openai.gpt-oss-120b-1:0
  openrouter/openai/gpt-oss-120b ovhcloud/gpt-oss-120b replicate/openai/gpt-oss-120b
  sail/openai/gpt-oss-120b sambanova/gpt-oss-120b scaleway/openai/gpt-oss-120b
  tensormesh/openai/gpt-oss-120b together_ai/openai/gpt-oss-120b vertex_ai/openai/gpt-oss-120b-maas
  wandb/openai/gpt-oss-120b watsonx/openai/gpt-oss-120b zerogpu/gpt-oss-120b
o1-mini = azure/o1-mini azure/o1-mini-2024-09-12 o1-mini o1-mini-2024-09-12
  openrouter/openai/o1-mini openrouter/openai/o1-mini-2024-09-12 replicate/openai/o1-mini
o1-2024-12-17 = azure/o1 azure/o1-2024-12-17 o1 o1-2024-12-17 openrouter/openai/o1
  replicate/openai/o1 vercel_ai_gateway/openai/o1
o3-mini = azure/o3-mini azure/o3-mini-2025-01-31 gradient_ai/openai-o3-mini o3-mini
  o3-mini-2025-01-31 openrouter/openai/o3-mini vercel_ai_gateway/openai/o3-mini
o3 = azure/o3 azure/o3-2025-04-16 gradient_ai/openai-o3 o3 o3-2025-04-16 vercel_ai_gateway/openai/o3
o3-pro = azure/o3-pro azure/o3-pro-2025-06-10 o3-pro o3-pro-2025-06-10
o4-mini = azure/o4-mini azure/o4-mini-2025-04-16 o4-mini o4-mini-2025-04-16 replicate/openai/o4-mini
  vercel_ai_gateway/openai/o4-mini
claude-instant-1.2 = claude-instant-1.2
claude-2.1 = claude-2.1
claude-3-haiku = anthropic.claude-3-haiku-20240307-v1:0 claude-3-haiku-20240307
  openrouter/anthropic/claude-3-haiku openrouter/anthropic/claude-3-haiku-20240307
  us.anthropic.claude-3-haiku-20240307-v1:0 vercel_ai_gateway/anthropic/claude-3-haiku
  vertex_ai/claude-3-haiku vertex_ai/claude-3-haiku@20240307
claude-3-sonnet = anthropic.claude-3-sonnet-20240229-v1:0 claude-3-sonnet-20240229
  openrouter/anthropic/claude-3-sonnet us.anthropic.claude-3-sonnet-20240229-v1:0
  vertex_ai/claude-3-sonnet vertex_ai/claude-3-sonnet@20240229
claude-3-opus = anthropic.claude-3-opus-20240229-v1:0 claude-3-opus-20240229
  gradient_ai/anthropic-claude-3-opus openrouter/anthropic/claude-3-opus
  us.anthropic.claude-3-opus-20240229-v1:0 vercel_ai_gateway/anthropic/claude-3-opus
  vertex_ai/claude-3-opus vertex_ai/claude-3-opus@20240229
claude-3.5-haiku = anthropic.claude-3-5-haiku-20241022-v1:0 claude-3-5-haiku-20241022
  gradient_ai/anthropic-claude-3.5-haiku openrouter/anthropic/claude-3-5-haiku
  openrouter/anthropic/claude-3-5-haiku-20241022 replicate/anthropic/claude-3.5-haiku
  us.anthropic.claude-3-5-haiku-20241022-v1:0 vercel_ai_gateway/anthropic/claude-3.5-haiku
  vertex_ai/claude-3-5-haiku vertex_ai/claude-3-5-haiku@20241022
claude-3.5-sonnet-20240620 = anthropic.claude-3-5-sonnet-20240620-v1:0 claude-3-5-sonnet-20240620
  us.anthropic.claude-3-5-sonnet-20240620-v1:0 vertex_ai/claude-3-5-sonnet@20240620
claude-3.5-sonnet-20241022 = anthropic.claude-3-5-sonnet-20241022-v2:0
  anthropic/claude-3-5-sonnet-20241022 claude-3-5-sonnet-20241022
  us.anthropic.claude-3-5-sonnet-20241022-v2:0
  vercel_ai_gateway/anthropic/claude-3-5-sonnet-20241022 vertex_ai/claude-3-5-sonnet-v2
  vertex_ai/claude-3-5-sonnet-v2@20241022
claude-3.7-sonnet = anthropic.claude-3-7-sonnet-20250219-v1:0 claude-3-7-sonnet-20250219
  databricks/databricks-claude-3-7-sonnet gradient_ai/anthropic-claude-3.7-sonnet
  openrouter/anthropic/claude-3.7-sonnet replicate/anthropic/claude-3.7-sonnet
  snowflake/claude-3-7-sonnet us.anthropic.claude-3-7-sonnet-20250219-v1:0
  vercel_ai_gateway/anthropic/claude-3-7-sonnet vercel_ai_gateway/anthropic/claude-3.7-sonnet
  vertex_ai/claude-3-7-sonnet@20250219
claude-sonnet-4 = anthropic.claude-sonnet-4-20250514-v1:0 claude-4-sonnet-20250514
  claude-sonnet-4-20250514 databricks/databricks-claude-sonnet-4 deepinfra/anthropic/claude-4-sonnet
  gmi/anthropic/claude-sonnet-4 openrouter/anthropic/claude-sonnet-4
  replicate/anthropic/claude-4-sonnet snowflake/claude-4-sonnet
  us.anthropic.claude-sonnet-4-20250514-v1:0 vercel_ai_gateway/anthropic/claude-4-sonnet
  vercel_ai_gateway/anthropic/claude-sonnet-4 vertex_ai/claude-sonnet-4
  vertex_ai/claude-sonnet-4@20250514
claude-opus-4 = anthropic.claude-opus-4-20250514-v1:0 claude-4-opus-20250514 claude-opus-4-20250514
  databricks/databricks-claude-opus-4 deepinfra/anthropic/claude-4-opus gmi/anthropic/claude-opus-4
  openrouter/anthropic/claude-opus-4 snowflake/claude-4-opus
  us.anthropic.claude-opus-4-20250514-v1:0 vercel_ai_gateway/anthropic/claude-4-opus
  vercel_ai_gateway/anthropic/claude-opus-4 vertex_ai/claude-opus-4 vertex_ai/claude-opus-4@20250514
text-bison-001 = palm/text-bison-001 text-bison@001
text-unicorn-001 = text-unicorn text-unicorn@001
gemini-1.0-pro-001 = gemini-1.0-pro-001
gemini-1.5-flash-001 = gemini-1.5-flash-001 gemini/gemini-1.5-flash-001
gemini-1.5-flash-002 = gemini-1.5-flash-002 gemini/gemini-1.5-flash-002
gemini-1.5-flash-preview-0514 = gemini-1.5-flash-preview-0514
gemini-1.5-pro-preview-0409 = gemini-1.5-pro-preview-0409
gemini-1.5-pro-001 = gemini-1.5-pro-001 gemini/gemini-1.5-pro-001
gemini-1.5-pro-002 = gemini-1.5-pro-002 gemini/gemini-1.5-pro-002
gemini-2.0-flash-exp = gemini-2.0-flash-exp gemini/gemini-2.0-flash-exp
gemini-2.5-flash-preview-04-17 = gemini-2.5-flash-preview-04-17
  gemini/gemini-2.5-flash-preview-04-17
gemini-2.5-flash-preview-05-20 = gemini-2.5-flash-preview-05-20
  gemini/gemini-2.5-flash-preview-05-20
gemini-2.5-pro-preview-03-25 = gemini-2.5-pro-preview-03-25 gemini/gemini-2.5-pro-preview-03-25
gemini-2.5-pro-preview-05-06 = gemini-2.5-pro-preview-05-06 gemini/gemini-2.5-pro-preview-05-06
gemini-2.5-pro-preview-06-05 = gemini-2.5-pro-preview-06-05 gemini/gemini-2.5-pro-preview-06-05
gemma-2-9b-it = fireworks_ai/accounts/fireworks/models/gemma2-9b-it gemini/gemini-gemma-2-9b-it
  groq/gemma2-9b-it vercel_ai_gateway/google/gemma-2-9b
gemma-2-27b-it = gemini/gemini-gemma-2-27b-it together_ai/google/gemma-2-27b-it
llama-2-70b-chat = anyscale/meta-llama/Llama-2-70b-chat-hf databricks/databricks-llama-2-70b-chat
  deepinfra/meta-llama/Llama-2-70b-chat-hf meta.llama2-70b-chat-v1
  openrouter/meta-llama/llama-2-70b-chat perplexity/llama-2-70b-chat replicate/meta/llama-2-70b-chat
llama-3-8b-instruct = anyscale/meta-llama/Meta-Llama-3-8B-Instruct
  deepinfra/meta-llama/Meta-Llama-3-8B-Instruct friendliai/meta-llama-3-8b-instruct
  gradient_ai/llama3-8b-instruct groq/llama3-8b-8192 meta.llama3-8b-instruct-v1:0
  novita/meta-llama/llama-3-8b-instruct replicate/meta/llama-3-8b-instruct
  together_ai/meta-llama/Llama-3-8b-chat-hf together_ai/meta-llama/Meta-Llama-3-8B-Instruct
  vertex_ai/meta/llama3-8b-instruct-maas
llama-3-70b-instruct = anyscale/meta-llama/Meta-Llama-3-70B-Instruct
  azure_ai/Meta-Llama-3-70B-Instruct databricks/databricks-meta-llama-3-70b-instruct
  deepinfra/meta-llama/Meta-Llama-3-70B-Instruct
  fireworks_ai/accounts/fireworks/models/llama-v3-70b-instruct friendliai/meta-llama-3-70b-instruct
  groq/llama3-70b-8192 hyperbolic/meta-llama/Meta-Llama-3-70B-Instruct meta.llama3-70b-instruct-v1:0
  novita/meta-llama/llama-3-70b-instruct openrouter/meta-llama/llama-3-70b-instruct
  replicate/meta/llama-3-70b-instruct together_ai/meta-llama/Meta-Llama-3-70B-Instruct-Turbo
  vertex_ai/meta/llama3-70b-instruct-maas
llama-3.1-8b-instruct = azure_ai/Meta-Llama-3.1-8B-Instruct azure_ai/Meta-Llama-31-8B-Instruct
  cerebras/llama-3.1-8b cerebras/llama3.1-8b cloudflare/@cf/meta/llama-3.1-8b-instruct-fp8
  databricks/databricks-meta-llama-3-1-8b-instruct deepinfra/meta-llama/Meta-Llama-3.1-8B-Instruct
  deepinfra/meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo
  fireworks_ai/accounts/fireworks/models/llama-v3p1-8b-instruct
  friendliai/meta-llama-3.1-8b-instruct groq/llama-3.1-8b-instant
  hyperbolic/meta-llama/Meta-Llama-3.1-8B-Instruct inferenceapis/llama-3.1-8b-instant
  lambda_ai/llama3.1-8b-instruct llamagate/llama-3.1-8b meta.llama3-1-8b-instruct-v1:0
  nebius/meta-llama/Meta-Llama-3.1-8B-Instruct novita/meta-llama/llama-3.1-8b-instruct
  nscale/meta-llama/Llama-3.1-8B-Instruct oci/meta.llama-3.1-8b-instruct
  ovhcloud/Llama-3.1-8B-Instruct perplexity/llama-3.1-8b-instruct
  sambanova/Meta-Llama-3.1-8B-Instruct snowflake/llama3.1-8b
  together_ai/meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo us.meta.llama3-1-8b-instruct-v1:0
  vercel_ai_gateway/meta/llama-3.1-8b vertex_ai/meta/llama-3.1-8b-instruct-maas
  wandb/meta-llama/Llama-3.1-8B-Instruct zerogpu/llama-3.1-8b-instruct-fast
llama-3.1-70b-instruct = azure_ai/Meta-Llama-3.1-70B-Instruct azure_ai/Meta-Llama-31-70B-Instruct
  cerebras/llama-3.1-70b cerebras/llama3.1-70b databricks/databricks-meta-llama-3-1-70b-instruct
  deepinfra/meta-llama/Meta-Llama-3.1-70B-Instruct
  deepinfra/meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo
  fireworks_ai/accounts/fireworks/models/llama-v3p1-70b-instruct
  friendliai/meta-llama-3.1-70b-instruct groq/llama-3.1-70b-versatile
  hyperbolic/meta-llama/Meta-Llama-3.1-70B-Instruct lambda_ai/llama3.1-70b-instruct-fp8
  meta.llama3-1-70b-instruct-v1:0 nebius/meta-llama/Meta-Llama-3.1-70B-Instruct
  oci/meta.llama-3.1-70b-instruct ovhcloud/Meta-Llama-3_1-70B-Instruct
  perplexity/llama-3.1-70b-instruct sambanova/Meta-Llama-3.1-70B-Instruct snowflake/llama3.1-70b
  together_ai/meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo us.meta.llama3-1-70b-instruct-v1:0
  vercel_ai_gateway/meta/llama-3.1-70b vertex_ai/meta/llama-3.1-70b-instruct-maas
  wandb/meta-llama/Llama-3.1-70B-Instruct
llama-3.1-405b-instruct = azure_ai/Meta-Llama-3.1-405B-Instruct azure_ai/Meta-Llama-31-405B-Instruct
  databricks/databricks-meta-llama-3-1-405b-instruct
  deepinfra/meta-llama/Meta-Llama-3.1-405B-Instruct
  fireworks_ai/accounts/fireworks/models/llama-v3p1-405b-instruct groq/llama-3.1-405b-reasoning
  hyperbolic/meta-llama/Meta-Llama-3.1-405B-Instruct lambda_ai/llama3.1-405b-instruct-fp8
  meta.llama3-1-405b-instruct-v1:0 nebius/meta-llama/Meta-Llama-3.1-405B-Instruct
  oci/meta.llama-3.1-405b-instruct sambanova/Meta-Llama-3.1-405B-Instruct snowflake/llama3.1-405b
  together_ai/meta-llama/Llama-3.1-405B-Instruct
  together_ai/meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo us.meta.llama3-1-405b-instruct-v1:0
  vertex_ai/meta/llama-3.1-405b-instruct-maas vertex_ai/meta/llama3-405b-instruct-maas
llama-3.2-11b-vision-instruct = azure_ai/Llama-3.2-11B-Vision-Instruct
  cloudflare/@cf/meta/llama-3.2-11b-vision-instruct
  deepinfra/meta-llama/Llama-3.2-11B-Vision-Instruct
  fireworks_ai/accounts/fireworks/models/llama-v3p2-11b-vision-instruct
  groq/llama-3.2-11b-vision-preview lambda_ai/llama3.2-11b-vision-instruct
  meta.llama3-2-11b-instruct-v1:0 oci/meta.llama-3.2-11b-vision-instruct
  us.meta.llama3-2-11b-instruct-v1:0 vercel_ai_gateway/meta/llama-3.2-11b
  watsonx/meta-llama/llama-3-2-11b-vision-instruct
llama-3.2-90b-vision-instruct = accounts/fireworks/models/llama-v3p2-90b-vision-instruct
  azure_ai/Llama-3.2-90B-Vision-Instruct
  fireworks_ai/accounts/fireworks/models/llama-v3p2-90b-vision-instruct
  groq/llama-3.2-90b-vision-preview meta.llama3-2-90b-instruct-v1:0
  oci/meta.llama-3.2-90b-vision-instruct us.meta.llama3-2-90b-instruct-v1:0
  vercel_ai_gateway/meta/llama-3.2-90b vertex_ai/meta/llama-3.2-90b-vision-instruct-maas
  watsonx/meta-llama/llama-3-2-90b-vision-instruct
llama-3.3-70b-instruct = azure_ai/Llama-3.3-70B-Instruct cerebras/llama-3.3-70b
  cerebras/llama3.3-70b cloudflare/@cf/meta/llama-3.3-70b-instruct-fp8-fast
  crusoe/meta-llama/Llama-3.3-70B-Instruct databricks/databricks-meta-llama-3-3-70b-instruct
  databricks/meta-llama-3.3-70b-instruct deepinfra/meta-llama/Llama-3.3-70B-Instruct
  deepinfra/meta-llama/Llama-3.3-70B-Instruct-Turbo
  fireworks_ai/accounts/fireworks/models/llama-v3p3-70b-instruct gradient_ai/llama3.3-70b-instruct
  groq/llama-3.3-70b-specdec groq/llama-3.3-70b-versatile
  hyperbolic/meta-llama/Llama-3.3-70B-Instruct inferenceapis/llama-3.3-70b
  inferenceapis/llama-3.3-70b-instruct inferenceapis/llama-3.3-70b-versatile
  inferenceapis/meta-llama/Llama-3.3-70B-Instruct
  inferenceapis/meta-llama/Llama-3.3-70B-Instruct-Turbo kyma/llama-3.3-70b
  lambda_ai/llama3.3-70b-instruct-fp8 meta.llama3-3-70b-instruct-v1:0
  nebius/meta-llama/Llama-3.3-70B-Instruct novita/meta-llama/llama-3.3-70b-instruct
  nscale/meta-llama/Llama-3.3-70B-Instruct oci/meta.llama-3.3-70b-instruct
  oci/meta.llama-3.3-70b-instruct-fp8-dynamic ovhcloud/Meta-Llama-3_3-70B-Instruct
  sambanova/Meta-Llama-3.3-70B-Instruct scaleway/meta/llama-3.3-70b-instruct snowflake/llama3.3-70b
  together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo us.meta.llama3-3-70b-instruct-v1:0
  vercel_ai_gateway/meta/llama-3.3-70b vertex_ai/meta/llama-3.3-70b-instruct-maas
  wandb/meta-llama/Llama-3.3-70B-Instruct watsonx/meta-llama/llama-3-3-70b-instruct
llama-4-maverick = azure_ai/Llama-4-Maverick-17B-128E-Instruct-FP8
  databricks/databricks-llama-4-maverick deepinfra/meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8
  fireworks_ai/accounts/fireworks/models/llama4-maverick-instruct-basic
  groq/meta-llama/llama-4-maverick-17b-128e-instruct kyma/llama-4-maverick
  lambda_ai/llama-4-maverick-17b-128e-instruct-fp8 meta.llama4-maverick-17b-instruct-v1:0
  novita/meta-llama/llama-4-maverick-17b-128e-instruct-fp8
  oci/meta.llama-4-maverick-17b-128e-instruct-fp8 sambanova/Llama-4-Maverick-17B-128E-Instruct
  snowflake/llama4-maverick together_ai/meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8
  us.meta.llama4-maverick-17b-instruct-v1:0 vercel_ai_gateway/meta/llama-4-maverick
  vertex_ai/meta/llama-4-maverick-17b-128e-instruct-maas watsonx/meta-llama/llama-4-maverick-17b
  watsonx/meta-llama/llama-4-maverick-17b-128e-instruct-fp8
mistral-7b-instruct-v0.1 = anyscale/mistralai/Mistral-7B-Instruct-v0.1
  cloudflare/@cf/mistral/mistral-7b-instruct-v0.1 deepinfra/mistralai/Mistral-7B-Instruct-v0.1
  together_ai/mistralai/Mistral-7B-Instruct-v0.1
mistral-7b-instruct-v0.3 = fireworks_ai/accounts/fireworks/models/mistral-7b-instruct-v3
  llamagate/mistral-7b-v0.3 ovhcloud/Mistral-7B-Instruct-v0.3
  together_ai/mistralai/Mistral-7B-Instruct-v0.3
mixtral-8x7b-instruct = anyscale/Mixtral-8x7B-Instruct-v0.1
  anyscale/mistralai/Mixtral-8x7B-Instruct-v0.1 databricks/databricks-mixtral-8x7b-instruct
  deepinfra/mistralai/Mixtral-8x7B-Instruct-v0.1
  fireworks_ai/accounts/fireworks/models/mixtral-8x7b-instruct
  fireworks_ai/accounts/fireworks/models/mixtral-8x7b-instruct-hf
  friendliai/mixtral-8x7b-instruct-v0-1 groq/mixtral-8x7b-32768 mistral.mixtral-8x7b-instruct
  mistral.mixtral-8x7b-instruct-v0:1 mistral/open-mixtral-8x7b ovhcloud/Mixtral-8x7B-Instruct-v0.1
  perplexity/mixtral-8x7b-instruct replicate/mistralai/mixtral-8x7b-instruct-v0.1
  together_ai/mistralai/Mixtral-8x7B-Instruct-v0.1
mixtral-8x22b-instruct = anyscale/mistralai/Mixtral-8x22B-Instruct-v0.1
  fireworks_ai/accounts/fireworks/models/mixtral-8x22b-instruct
  fireworks_ai/accounts/fireworks/models/mixtral-8x22b-instruct-hf
  fireworks_ai/mixtral-8x22b-instruct-hf mistral/open-mixtral-8x22b
  nscale/mistralai/mixtral-8x22b-instruct-v0.1 openrouter/mistralai/mixtral-8x22b-instruct
  vercel_ai_gateway/mistral/mixtral-8x22b-instruct
mistral-small-2402 = mistral.mistral-small-2402-v1:0
mistral-large-2402 = azure/mistral-large-2402 mistral.mistral-large-2402-v1:0
  mistral/mistral-large-2402
mistral-large-2407 = azure_ai/mistral-large-2407 mistral.mistral-large-2407-v1:0
  mistral/mistral-large-2407 vertex_ai/mistral-large@2407
mistral-nemo-2407 = azure_ai/mistral-nemo deepinfra/mistralai/Mistral-Nemo-Instruct-2407
  fireworks_ai/accounts/fireworks/models/mistral-nemo-instruct-2407
  gradient_ai/mistral-nemo-instruct-2407 mistral/open-mistral-nemo mistral/open-mistral-nemo-2407
  nebius/mistralai/Mistral-Nemo-Instruct-2407 novita/mistralai/mistral-nemo
  ovhcloud/Mistral-Nemo-Instruct-2407 vertex_ai/mistral-nemo@2407
amazon-nova-micro = amazon-nova/nova-micro-v1 amazon.nova-micro-v1:0 us.amazon.nova-micro-v1:0
  vercel_ai_gateway/amazon/nova-micro
amazon-nova-lite = amazon-nova/nova-lite-v1 amazon.nova-lite-v1:0 us.amazon.nova-lite-v1:0
  vercel_ai_gateway/amazon/nova-lite
amazon-nova-pro = amazon-nova/nova-pro-v1 amazon.nova-pro-v1:0 us.amazon.nova-pro-v1:0
  vercel_ai_gateway/amazon/nova-pro
command-r = cohere.command-r-v1:0 command-r vercel_ai_gateway/cohere/command-r
command-r-plus = azure/command-r-plus cohere.command-r-plus-v1:0 command-r-plus
  openrouter/cohere/command-r-plus vercel_ai_gateway/cohere/command-r-plus
command-a-03-2025 = azure_ai/cohere-command-a command-a-03-2025 oci/cohere.command-a-03-2025
  vercel_ai_gateway/cohere/command-a
dbrx-instruct = databricks/databricks-dbrx-instruct
  fireworks_ai/accounts/fireworks/models/dbrx-instruct openrouter/databricks/dbrx-instruct
deepseek-v3 = azure_ai/deepseek-v3 deepinfra/deepseek-ai/DeepSeek-V3 deepseek/deepseek-v3
  fireworks_ai/accounts/fireworks/models/deepseek-v3 hyperbolic/deepseek-ai/DeepSeek-V3
  inferenceapis/deepseek-ai/DeepSeek-V3 inferenceapis/deepseek-v3 kyma/deepseek-v3
  nebius/deepseek-ai/DeepSeek-V3 novita/deepseek/deepseek_v3 replicate/deepseek-ai/deepseek-v3
  streamlake/DeepSeek-V3 together_ai/deepseek-ai/DeepSeek-V3 vercel_ai_gateway/deepseek/deepseek-v3
deepseek-v3-0324 = azure_ai/deepseek-v3-0324 baseten/deepseek-ai/DeepSeek-V3-0324
  crusoe/deepseek-ai/DeepSeek-V3-0324 deepinfra/deepseek-ai/DeepSeek-V3-0324
  fireworks_ai/accounts/fireworks/models/deepseek-v3-0324 gmi/deepseek-ai/DeepSeek-V3-0324
  hyperbolic/deepseek-ai/DeepSeek-V3-0324 lambda_ai/deepseek-v3-0324
  nebius/deepseek-ai/DeepSeek-V3-0324 novita/deepseek/deepseek-v3-0324
  openrouter/deepseek/deepseek-chat-v3-0324 sambanova/DeepSeek-V3-0324
  wandb/deepseek-ai/DeepSeek-V3-0324
deepseek-v3.2-exp = novita/deepseek/deepseek-v3.2-exp openrouter/deepseek/deepseek-v3.2-exp
deepseek-r1 = azure_ai/deepseek-r1 deepinfra/deepseek-ai/DeepSeek-R1 deepseek.r1-v1:0
  deepseek/deepseek-r1 fireworks_ai/accounts/fireworks/models/deepseek-r1
  hyperbolic/deepseek-ai/DeepSeek-R1 kyma/deepseek-r1 lambda_ai/deepseek-r1-671b
  nebius/deepseek-ai/DeepSeek-R1 novita/deepseek/deepseek-r1 openrouter/deepseek/deepseek-r1
  replicate/deepseek-ai/deepseek-r1 sambanova/DeepSeek-R1 snowflake/deepseek-r1
  streamlake/deepseek-r1 together_ai/deepseek-ai/DeepSeek-R1 us.deepseek.r1-v1:0
  vercel_ai_gateway/deepseek/deepseek-r1
deepseek-r1-0528 = crusoe/deepseek-ai/DeepSeek-R1-0528 deepinfra/deepseek-ai/DeepSeek-R1-0528
  fireworks_ai/accounts/fireworks/models/deepseek-r1-0528 hyperbolic/deepseek-ai/DeepSeek-R1-0528
  lambda_ai/deepseek-r1-0528 nebius/deepseek-ai/DeepSeek-R1-0528 novita/deepseek/deepseek-r1-0528
  openrouter/deepseek/deepseek-r1-0528 together_ai/deepseek-ai/DeepSeek-R1-0528
  vertex_ai/deepseek-ai/deepseek-r1-0528-maas wandb/deepseek-ai/DeepSeek-R1-0528
grok-3-beta = azure_ai/grok-3 oci/xai.grok-3 vercel_ai_gateway/xai/grok-3 xai/grok-3 xai/grok-3-beta
grok-3-mini-beta = azure_ai/grok-3-mini oci/xai.grok-3-mini vercel_ai_gateway/xai/grok-3-mini
  xai/grok-3-mini xai/grok-3-mini-beta
grok-4 = azure_ai/grok-4 oci/xai.grok-4 openrouter/x-ai/grok-4 replicate/xai/grok-4
  vercel_ai_gateway/xai/grok-4 xai/grok-4 xai/grok-4-0709
jamba-instruct = ai21.jamba-instruct-v1:0 azure_ai/jamba-instruct
jamba-1.5-mini = ai21.jamba-1-5-mini-v1:0 jamba-1.5-mini jamba-1.5-mini@001 vertex_ai/jamba-1.5-mini
  vertex_ai/jamba-1.5-mini@001
jamba-1.5-large = ai21.jamba-1-5-large-v1:0 jamba-1.5-large jamba-1.5-large@001
  vertex_ai/jamba-1.5-large vertex_ai/jamba-1.5-large@001
kimi-k2-0711 = deepinfra/moonshotai/Kimi-K2-Instruct
  fireworks_ai/accounts/fireworks/models/kimi-k2-instruct groq/moonshotai/kimi-k2-instruct
  hyperbolic/moonshotai/Kimi-K2-Instruct moonshot/kimi-k2-0711-preview
  novita/moonshotai/kimi-k2-instruct together_ai/moonshotai/Kimi-K2-Instruct
  vercel_ai_gateway/moonshotai/kimi-k2 wandb/moonshotai/Kimi-K2-Instruct
phi-3-small = azure_ai/Phi-3-small-128k-instruct azure_ai/Phi-3-small-8k-instruct
phi-3-medium = azure_ai/Phi-3-medium-128k-instruct azure_ai/Phi-3-medium-4k-instruct
qwen2-72b-instruct = fireworks_ai/accounts/fireworks/models/qwen2-72b-instruct
  fireworks_ai/qwen2-72b-instruct together_ai/Qwen/Qwen2-72B-Instruct
qwen2.5-7b-instruct = deepinfra/Qwen/Qwen2.5-7B-Instruct
  fireworks_ai/accounts/fireworks/models/qwen2p5-7b-instruct novita/qwen/qwen2.5-7b-instruct
  together_ai/Qwen/Qwen2.5-7B-Instruct-Turbo
qwen2.5-72b-instruct = deepinfra/Qwen/Qwen2.5-72B-Instruct
  fireworks_ai/accounts/fireworks/models/qwen2p5-72b-instruct hyperbolic/Qwen/Qwen2.5-72B-Instruct
  nebius/Qwen/Qwen2.5-72B-Instruct novita/qwen/qwen-2.5-72b-instruct sambanova/Qwen2.5-72B-Instruct
  together_ai/Qwen/Qwen2.5-72B-Instruct together_ai/Qwen/Qwen2.5-72B-Instruct-Turbo
qwen2.5-coder-32b-instruct = cloudflare/@cf/qwen/qwen2.5-coder-32b-instruct
  fireworks_ai/accounts/fireworks/models/qwen2p5-coder-32b-instruct
  hyperbolic/Qwen/Qwen2.5-Coder-32B-Instruct lambda_ai/qwen25-coder-32b-instruct
  nscale/Qwen/Qwen2.5-Coder-32B-Instruct openrouter/qwen/qwen-2.5-coder-32b-instruct
  ovhcloud/Qwen2.5-Coder-32B-Instruct sambanova/Qwen2.5-Coder-32B-Instruct
  together_ai/Qwen/Qwen2.5-Coder-32B-Instruct
qwq-32b = cloudflare/@cf/qwen/qwq-32b deepinfra/Qwen/QwQ-32B
  fireworks_ai/accounts/fireworks/models/qwq-32b groq/qwen-qwq-32b hyperbolic/Qwen/QwQ-32B
  nebius/Qwen/QwQ-32B nscale/Qwen/QwQ-32B sambanova/QwQ-32B together_ai/Qwen/QwQ-32B
qwen3-32b = bedrock_mantle/qwen.qwen3-32b deepinfra/Qwen/Qwen3-32B
  fireworks_ai/accounts/fireworks/models/qwen3-32b groq/qwen/qwen3-32b lambda_ai/qwen3-32b-fp8
  nebius/Qwen/Qwen3-32B novita/qwen/qwen3-32b-fp8 ovhcloud/Qwen3-32B qwen.qwen3-32b-v1:0
  sambanova/Qwen3-32B
qwen3-235b-a22b = deepinfra/Qwen/Qwen3-235B-A22B
  fireworks_ai/accounts/fireworks/models/qwen3-235b-a22b hyperbolic/Qwen/Qwen3-235B-A22B
  nebius/Qwen/Qwen3-235B-A22B novita/qwen/qwen3-235b-a22b-fp8
  together_ai/Qwen/Qwen3-235B-A22B-fp8-tput
yi-large = fireworks_ai/accounts/fireworks/models/yi-large fireworks_ai/yi-large
gpt-5-mini = azure/gpt-5-mini azure/gpt-5-mini-2025-08-07 databricks/databricks-gpt-5-mini
  gpt-5-mini gpt-5-mini-2025-08-07 oci/openai.gpt-5-mini openrouter/openai/gpt-5-mini
  perplexity/openai/gpt-5-mini replicate/openai/gpt-5-mini snowflake/openai-gpt-5-mini
gpt-5.2 = azure/gpt-5.2 azure/gpt-5.2-2025-12-11 databricks/databricks-gpt-5-2 gmi/openai/gpt-5.2
  gpt-5.2 gpt-5.2-2025-12-11 openrouter/openai/gpt-5.2 perplexity/openai/gpt-5.2
gemini-2.0-flash = deepinfra/google/gemini-2.0-flash-001 gemini-2.0-flash gemini-2.0-flash-001
  gemini/gemini-2.0-flash gemini/gemini-2.0-flash-001 openrouter/google/gemini-2.0-flash-001
  vercel_ai_gateway/google/gemini-2.0-flash vertex_ai/gemini-2.0-flash
gemini-3-flash-preview = aihubmix/gemini-3-flash-preview databricks/databricks-gemini-3-flash
  gemini-3-flash-preview gemini/gemini-3-flash-preview gmi/google/gemini-3-flash-preview
  kyma/gemini-3-flash openrouter/google/gemini-3-flash-preview
  perplexity/google/gemini-3-flash-preview vertex_ai/gemini-3-flash-preview
gemini-3.1-pro-preview = aihubmix/gemini-3.1-pro-preview deepinfra/google/gemini-3.1-pro
  gemini-3.1-pro-preview gemini/gemini-3.1-pro-preview kyma/gemini-3.1-pro
  openrouter/google/gemini-3.1-pro-preview perplexity/google/gemini-3.1-pro-preview
  vertex_ai/gemini-3.1-pro-preview
claude-haiku-4.5 = aihubmix/claude-haiku-4-5 anthropic.claude-haiku-4-5-20251001-v1:0
  anthropic.claude-haiku-4-5@20251001 azure_ai/claude-haiku-4-5
  bedrock_mantle/anthropic.claude-haiku-4-5 claude-haiku-4-5 claude-haiku-4-5-20251001
  databricks/databricks-claude-haiku-4-5 deepinfra/anthropic/claude-haiku-4-5
  github_copilot/claude-haiku-4.5 kyma/claude-haiku-4-5 openrouter/anthropic/claude-haiku-4.5
  perplexity/anthropic/claude-haiku-4-5 snowflake/claude-haiku-4-5
  us.anthropic.claude-haiku-4-5-20251001-v1:0 vercel_ai_gateway/anthropic/claude-haiku-4.5
  vertex_ai/claude-haiku-4-5 vertex_ai/claude-haiku-4-5@20251001
claude-opus-4.6 = anthropic.claude-opus-4-6-v1 azure_ai/claude-opus-4-6 claude-opus-4-6
  claude-opus-4-6-20260205 databricks/databricks-claude-opus-4-6
  openrouter/anthropic/claude-opus-4.6 perplexity/anthropic/claude-opus-4-6
  us.anthropic.claude-opus-4-6-v1 vercel_ai_gateway/anthropic/claude-opus-4.6
  vertex_ai/claude-opus-4-6 vertex_ai/claude-opus-4-6@default
kimi-k2.5 = azure_ai/FW-Kimi-K2.5 azure_ai/kimi-k2.5 baseten/moonshotai/Kimi-K2.5
  deepinfra/moonshotai/Kimi-K2.5 fireworks_ai/accounts/fireworks/models/kimi-k2p5
  fireworks_ai/kimi-k2p5 moonshot/kimi-k2.5 moonshotai.kimi-k2.5 novita/moonshotai/kimi-k2.5
  openrouter/moonshotai/kimi-k2.5 together_ai/moonshotai/Kimi-K2.5 wandb/moonshotai/Kimi-K2.5
minimax-m2.5 = azure_ai/FW-MiniMax-M2.5 baseten/MiniMaxAI/MiniMax-M2.5
  friendliai/MiniMaxAI/MiniMax-M2.5 kyma/minimax-m2.5 minimax.minimax-m2.5 minimax/MiniMax-M2.5
  nebius/MiniMaxAI/MiniMax-M2.5 novita/minimax/minimax-m2.5 openrouter/minimax/minimax-m2.5
  streamlake/minimax-m2.5 tensormesh/MiniMaxAI/MiniMax-M2.5 wandb/MiniMaxAI/MiniMax-M2.5
"""
