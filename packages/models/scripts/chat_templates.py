"""Writes test/fixtures/chat-templates.json: what transformers makes of chats by templates of the families that are supported.

    pip install transformers==5.23.0 gguf
    python chat_templates.py SHARED_FOLDER GGUF_FILE_OF_SMOLLM2_INSTRUCT

LLaMA 2's template is that of the shared tokenizer and SmolLM2's that of its GGUF file. The others are written here in the forms in
which their families publish them: what their markers are, which roles they take and refuse, and how they treat white space.
"""

import json
import sys
from pathlib import Path

from transformers import PreTrainedTokenizerFast

HERE = Path(__file__).resolve().parent

TEMPLATES = {
    'llama-3': "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}",
    'mistral': "{%- if messages[0]['role'] == 'system' %}\n    {%- set system_message = messages[0]['content'] %}\n    {%- set loop_messages = messages[1:] %}\n{%- else %}\n    {%- set loop_messages = messages %}\n{%- endif %}\n\n{{- bos_token }}\n{%- for message in loop_messages %}\n    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}\n        {{- raise_exception('After the optional system message, conversation roles must alternate user/assistant/user/assistant/...') }}\n    {%- endif %}\n    {%- if message['role'] == 'user' %}\n        {%- if loop.first and system_message is defined %}\n            {{- ' [INST] ' + system_message + '\\n\\n' + message['content'] + ' [/INST]' }}\n        {%- else %}\n            {{- ' [INST] ' + message['content'] + ' [/INST]' }}\n        {%- endif %}\n    {%- elif message['role'] == 'assistant' %}\n        {{- ' ' + message['content'] + eos_token}}\n    {%- else %}\n        {{- raise_exception('Only user and assistant roles are supported, with the exception of an initial optional system message!') }}\n    {%- endif %}\n{%- endfor %}\n",
    'gemma': "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}",
    'phi-3': "{% for message in messages %}{% if message['role'] == 'system' %}{{'<|system|>\n' + message['content'] + '<|end|>\n'}}{% elif message['role'] == 'user' %}{{'<|user|>\n' + message['content'] + '<|end|>\n'}}{% elif message['role'] == 'assistant' %}{{'<|assistant|>\n' + message['content'] + '<|end|>\n'}}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}",
    'qwen-2': "{%- if tools %}\n    {{- '<|im_start|>system\\n' }}\n    {%- for tool in tools %}\n        {{- tool | tojson }}\n    {%- endfor %}\n{%- else %}\n    {%- if messages[0]['role'] == 'system' %}\n        {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}\n    {%- else %}\n        {{- '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}\n    {%- endif %}\n{%- endif %}\n{%- for message in messages %}\n    {%- if (message.role == \"user\") or (message.role == \"system\" and not loop.first) or (message.role == \"assistant\" and not message.tool_calls) %}\n        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}\n    {%- elif message.role == \"assistant\" %}\n        {{- '<|im_start|>' + message.role }}\n    {%- endif %}\n{%- endfor %}\n{%- if add_generation_prompt %}\n    {{- '<|im_start|>assistant\\n' }}\n{%- endif %}\n",
    'olmo': "{{ eos_token }}{% for message in messages %}\n{% if message['role'] == 'system' %}\n{{ '<|system|>\n' + message['content'] }}\n{% elif message['role'] == 'user' %}\n{{ '<|user|>\n' + message['content'] }}\n{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n{% endif %}\n{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}",
    'falcon': "{% for message in messages %}{% if not loop.first %}{{ '\n\n' }}{% endif %}{% if message['role'] == 'system' %}{{ message['content'] }}{% elif message['role'] == 'user' %}{{ 'User: ' + message['content'].replace('\\r\\n', '\\n').replace('\\n\\n', '\\n') }}{% elif message['role'] == 'assistant' %}{{ 'Assistant: ' + message['content'] }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '\n\nAssistant:' }}{% endif %}",
}

QUESTION = {'role': 'user', 'content': 'Question: Who are "you"?\n\n\nAnswer: '}
TURNS = [{'role': 'user', 'content': ' Is it <warm>?\nAnswer:'}, {'role': 'assistant', 'content': ' It\'s déjà vu.\n'}]
CHATS = {
    'question': [QUESTION],
    'system': [{'role': 'system', 'content': 'Be brief.\n\n'}, QUESTION],
    'turns': [*TURNS, QUESTION],
    'all': [{'role': 'system', 'content': ' Be brief.'}, *TURNS, *TURNS, QUESTION],
}


def smollm2(path):
    from gguf import GGUFReader

    field = GGUFReader(path).fields['tokenizer.chat_template']
    return bytes(field.parts[field.data[0]]).decode()


def main():
    shared, gguf = Path(sys.argv[1]), sys.argv[2]
    llama = json.loads((shared / 'tokenizers/llama2/tokenizer_config.json').read_text())['chat_template']
    templates = {'llama-2': llama, 'smollm2': smollm2(gguf), **TEMPLATES}
    cases = []
    for name, template in templates.items():
        tokenizer = PreTrainedTokenizerFast.from_pretrained(shared / 'tokenizers/llama2')
        for chat, messages in CHATS.items():
            try:
                text = tokenizer.apply_chat_template(messages, chat_template=template, tokenize=False, add_generation_prompt=True)
            except Exception as error:  # noqa: BLE001
                text = {'refused': str(error)}
            cases.append({'template': name, 'chat': chat, 'text': text})
    written = {'tokens': {'bos_token': tokenizer.bos_token, 'eos_token': tokenizer.eos_token}, 'templates': templates, 'chats': CHATS, 'cases': cases}
    (HERE.parent / 'test/fixtures/chat-templates.json').write_text(json.dumps(written, indent=1, ensure_ascii=False) + '\n', encoding='utf-8')


if __name__ == '__main__':
    main()
