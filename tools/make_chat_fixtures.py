"""Makes test/fixtures/chat.json: talks, and the texts that Python's transformers makes of them by templates of several kinds.

    python -m venv somewhere && somewhere/bin/pip install transformers jinja2
    somewhere/bin/python tools/make_chat_fixtures.py            (from the root of the repository)

    madeWith     version
    templates    {name: template}; the templates are ours, of the kinds that models come with
    cases        [{"template": name, "messages", "addGenerationPrompt", "variables", "text": the text, or null where the
                 template refuses the messages, "refusal": what it says then}]
    tokens       the special tokens
"""

import json
from pathlib import Path

import transformers
from jinja2.exceptions import TemplateError
from transformers.utils.chat_template_utils import render_jinja_template

FILE = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "chat.json"

TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}

TEMPLATES = {
    "chatml": """{%- for message in messages -%}
{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{- '<|im_start|>assistant\\n' -}}
{%- endif -%}""",
    "chatml-default-system": """{% for message in messages %}
{% if loop.first and message.role != 'system' %}<|im_start|>system
You are a helpful assistant.<|im_end|>
{% endif %}
<|im_start|>{{ message.role }}
{{ message.content | trim }}<|im_end|>
{% endfor %}
{% if add_generation_prompt %}
<|im_start|>assistant
{% endif %}
""",
    "llama3": """{{- bos_token }}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content'] | trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{%- if not date_string is defined %}
    {%- set date_string = "26 Jul 2024" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{{- "Today Date: " + date_string + "\\n\\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls | length == 1 %}
            {{- raise_exception("This model only supports single tool-calls at once!") }}
        {%- endif %}
        {%- set tool_call = message.tool_calls[0].function %}
        {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' -}}
        {{- '{"name": "' + tool_call.name + '", ' }}
        {{- '"parameters": ' }}
        {{- tool_call.arguments | tojson }}
        {{- "}" }}
        {{- "<|eot_id|>" }}
    {%- elif message.role == "tool" or message.role == "ipython" %}
        {{- "<|start_header_id|>ipython<|end_header_id|>\\n\\n" }}
        {%- if message.content is mapping or message.content is iterable %}
            {{- message.content | tojson }}
        {%- else %}
            {{- message.content }}
        {%- endif %}
        {{- "<|eot_id|>" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
""",
    "mistral": """{%- if messages[0]['role'] == 'system' -%}
    {%- set system_message = messages[0]['content'] -%}
    {%- set loop_messages = messages[1:] -%}
{%- else -%}
    {%- set loop_messages = messages -%}
{%- endif -%}
{{- bos_token -}}
{%- for message in loop_messages -%}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{- raise_exception('After the optional system message, conversation roles must alternate user/assistant/user/assistant/...') -}}
    {%- endif -%}
    {%- if message['role'] == 'user' -%}
        {%- if loop.first and system_message is defined -%}
            {{- ' [INST] ' + system_message + '\\n\\n' + message['content'] + ' [/INST]' -}}
        {%- else -%}
            {{- ' [INST] ' + message['content'] + ' [/INST]' -}}
        {%- endif -%}
    {%- elif message['role'] == 'assistant' -%}
        {{- ' ' + message['content'] + eos_token -}}
    {%- else -%}
        {{- raise_exception('Only user and assistant roles are supported, with the exception of an initial optional system message!') -}}
    {%- endif -%}
{%- endfor -%}""",
    "gemma": """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}""",
    "tools": """{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- for tool in tools %}
        {{- loop.index ~ '/' ~ loop.length ~ ' ' }}
        {{- tool | tojson }}
        {{- "\\n" }}
    {%- endfor %}
    {{- '<|im_end|>\\n' }}
{%- endif %}
{%- set ns = namespace(last=messages | length - 1, seen=false) %}
{%- for message in messages[::-1] %}
    {%- if not ns.seen and message.role == "user" %}
        {%- set ns.seen = true %}
        {%- set ns.last = (messages | length - 1) - loop.index0 %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = message.content | map(attribute='text') | join(' ') %}
    {%- endif %}
    {%- if message.role == 'assistant' and '</think>' in content and loop.index0 < ns.last %}
        {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
    {%- endif %}
    {{- '<|im_start|>' + message.role + ('*' if loop.last else '') + '\\n' + content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}""",
}

USER = {"role": "user", "content": "Hello, how are you?"}
SYSTEM = {"role": "system", "content": "  You answer in one word.\n"}
REPLY = {"role": "assistant", "content": "Fine.\n\nAnd you?  "}
AGAIN = {"role": "user", "content": " \"Quotes\" 'too', <b>tags</b> & 👩‍👩‍👧 中文\t\\n {{ not_a_variable }} {% no %}"}
THOUGHT = {"role": "assistant", "content": "<think>\nhm\n</think>\n\nYes."}
CALL = {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "add", "arguments": {"a": 1, "b": [2.5, "drei ü", None, True], "c": {}}}}]}
RESULT = {"role": "tool", "content": {"sum": 3, "note": "a \"b\" <c>"}}
PARTS = {"role": "user", "content": [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]}
TOOLS = [{"type": "function", "function": {"name": "add", "description": "Adds two numbers: a + b's \"sum\".", "parameters": {"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]}}}]

TALKS = [
    ([USER], {}),
    ([SYSTEM, USER], {}),
    ([USER, REPLY, AGAIN], {}),
    ([SYSTEM, USER, REPLY, AGAIN, REPLY], {}),
    ([USER, USER], {}),
    ([{"role": "user", "content": ""}], {}),
    ([{"role": "critic", "content": "No."}], {}),
]
MORE = {
    "llama3": [([USER, CALL, RESULT], {}), ([USER], {"date_string": "1 May 2026"}), ([USER, {**CALL, "tool_calls": []}], {})],
    "tools": [([USER, THOUGHT, AGAIN, THOUGHT], {}), ([PARTS], {"tools": TOOLS}), ([USER], {"enable_thinking": False})],
}


def render(template, messages, prompt, variables):
    tools = variables.get("tools")
    rest = {name: value for name, value in variables.items() if name != "tools"}
    try:
        texts, _ = render_jinja_template(conversations=[messages], tools=tools, chat_template=template, add_generation_prompt=prompt, **TOKENS, **rest)
        return {"text": texts[0], "refusal": None}
    except TemplateError as error:
        return {"text": None, "refusal": str(error)}


def main():
    cases = []
    for name, template in TEMPLATES.items():
        for messages, variables in TALKS + MORE.get(name, []):
            for prompt in (False, True):
                made = render(template, messages, prompt, variables)
                cases.append({"template": name, "messages": messages, "addGenerationPrompt": prompt, "variables": variables, **made})
    content = {"madeWith": {"transformers": transformers.__version__}, "templates": TEMPLATES, "tokens": TOKENS, "cases": cases}
    FILE.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
